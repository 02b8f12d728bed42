#!/usr/bin/env python3
"""What time alone brings: articles that are scheduled, updates over live articles with another path, expiries. Readers see each not before its
instant and webhooks are told, also when the servers were started again in between. How late that was is printed, as median and p99; no
assertion is about it.

DATELINE_ROUNDS   articles of each kind (default 20)
"""

import datetime
import http.server
import json
import os
import pathlib
import statistics
import sys
import threading
import time
import unittest

import grpc
from google.protobuf import json_format

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).resolve().parents[1] / "fuzz" / "methods")]
import contract as contracts  # noqa: E402
import system  # noqa: E402

ROUNDS = int(os.environ.get("DATELINE_ROUNDS", "20"))
WEBHOOKS = ("--webhook-allow-http", "--webhook-allow-networks", "127.0.0.0/8")


class Receiver(http.server.ThreadingHTTPServer):
    """Takes a webhook's calls; `told` has the time of the first event of each (article, kind)."""

    def __init__(self):
        self.told = {}
        told = self.told

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                now = time.time()
                for event in json.loads(self.rfile.read(int(self.headers["content-length"])))["events"]:
                    told.setdefault((event["article"], event["changeKind"].removeprefix("CHANGE_KIND_")), now)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class InstantsTest(unittest.TestCase):

    def setUp(self):
        self.system = self.enterContext(system.System())
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.restart("catalog", *WEBHOOKS)
        self.methods = {(method.server, method.name): method for method in contracts.load().methods}
        self.channels = {}
        self.addCleanup(lambda: [channel.close() for channel in self.channels.values()])
        self.call("catalog", "CreatePublication", publication_id="test", publication={"title": "Test"})
        self.call("catalog", "CreateTopic", topic_id="news", topic={"display_name": "News"})
        self.call("catalog", "CreateWebhook", webhook_id="test", webhook={
            "url": f"http://127.0.0.1:{self.receiver.server_address[1]}/", "secret": "whsec_" + "A" * 32})

    def restart(self, name, *flags):
        self.system.stop(name)
        self.system.start(name, *flags)
        self.system.wait_until_well()

    def call(self, server, method, /, **request):
        method = self.methods[server, method]
        if server not in self.channels:
            self.channels[server] = grpc.insecure_channel(self.system.addresses[server])
        call = self.channels[server].unary_unary(method.path, request_serializer=method.request.SerializeToString,
                                                 response_deserializer=method.response.FromString)
        return call(json_format.ParseDict(request, method.request()), timeout=30, wait_for_ready=True)

    def create(self, name, **more):
        publish = more.pop("publish", False)
        return self.call("catalog", "CreateArticle", article_id=name, publish=publish, article={
            "publication": "publications/test", "title": name, "topics": [{"topic": "topics/news"}], **more}).record

    def titles(self):
        answer = self.call("query", "ListArticles", filter={"any_topics": ["topics/news"]}, page_size=200)
        return {article.title for article in answer.articles}

    def watch(self, wanted):
        """The time at which `wanted(title)` was first found for each of the titles, which are looked for all the time."""
        seen, titles = {}, set(wanted)

        def look():
            now = self.titles()
            at = time.time()
            for title in titles - seen.keys():
                if wanted[title](now):
                    seen[title] = at
            return titles <= seen.keys()

        system.wait_until(f"{len(titles)} titles turn", look)
        return seen

    def told(self, name, kind):
        return system.wait_until(f"the webhook is told of {name}: {kind}", lambda: self.receiver.told.get((f"articles/{name}", kind)))

    def report(self, what, instants, seen):
        """Prints how late each was; none may be early."""
        late = sorted(1000 * (seen[name] - instant.timestamp()) for name, instant in instants.items())
        self.assertGreaterEqual(late[0], 0, f"{what} came before its instant")
        print(f"{what}: {len(late)}, late by {statistics.median(late):.0f} ms (median), {late[int(0.99 * (len(late) - 1))]:.0f} ms (p99)", flush=True)

    @staticmethod
    def soon():
        """An instant ahead by so much that a busy machine, too, makes its call before it, and begins to look."""
        return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2 + 0.1 * ROUNDS)

    def schedule(self, names):
        instants = {}
        for name in names:
            instants[name] = self.soon()
            self.call("catalog", "ScheduleArticle", name=f"articles/{name}", schedule_time=instants[name].isoformat())
        return instants

    def test_scheduled_articles_appear(self):
        names = [f"new-{number}" for number in range(ROUNDS)]
        for name in names:
            self.create(name)
        instants = self.schedule(names)
        seen = self.watch({name: lambda now, name=name: name in now for name in names})
        self.report("scheduled, in lists", instants, seen)
        self.report("scheduled, at the webhook", instants, {name: self.told(name, "BECAME_VISIBLE") for name in names})

    def test_scheduled_updates_turn_with_their_path(self):
        names = [f"live-{number}" for number in range(ROUNDS)]
        for name in names:
            self.create(name, publish=True, path=f"/{name}")
            self.call("catalog", "UpdateArticle", article={"name": f"articles/{name}", "title": f"{name} turned", "path": f"/{name}/turned"})
        instants = self.schedule(names)
        seen = self.watch({name: lambda now, name=name: f"{name} turned" in now for name in names})
        self.report("updates, in lists", instants, seen)
        for name in names:
            answer = self.call("query", "ResolvePath", publication="publications/test", path=f"/{name}")
            self.assertEqual(answer.redirect.target, f"/{name}/turned")

    def test_articles_expire(self):
        names = [f"short-{number}" for number in range(ROUNDS)]
        for name in names:
            self.create(name, publish=True)
        system.wait_until("all are there", lambda: set(names) <= self.titles())
        instants = {}
        for name in names:
            instants[name] = self.soon()
            self.call("catalog", "UpdateArticle", publish=True, article={"name": f"articles/{name}", "expire_time": instants[name].isoformat()})
        seen = self.watch({name: lambda now, name=name: name not in now for name in names})
        self.report("expired, in lists", instants, seen)
        self.report("expired, at the webhook", instants, {name: self.told(name, "BECAME_HIDDEN") for name in names})

    def test_instants_pass_over_a_restart(self):
        self.create("new")
        self.create("old", publish=True)
        self.call("catalog", "UpdateArticle", article={"name": "articles/old", "title": "old turned"})
        self.create("short", publish=True)
        system.wait_until("the articles are there", lambda: {"old", "short"} <= self.titles())
        instants = self.schedule(["new", "old"])
        self.call("catalog", "UpdateArticle", publish=True, article={"name": "articles/short", "expire_time": instants["new"].isoformat()})
        self.system.stop("catalog")
        self.system.stop("query")
        system.wait_until("the instant passes", lambda: datetime.datetime.now(datetime.timezone.utc) > instants["old"])
        self.system.start("catalog", *WEBHOOKS)
        self.system.start("query")
        self.system.wait_until_well()
        system.wait_until("all has turned", lambda: self.titles() == {"new", "old turned"})
        self.told("new", "BECAME_VISIBLE")
        self.told("short", "BECAME_HIDDEN")


if __name__ == "__main__":
    unittest.main(verbosity=2)
