#!/usr/bin/env python3
"""A catalog is killed at every step of a write to PostgreSQL: before the step, and when the step is done and its answer is on the way. The
caller asks another catalog again with the same request_id, and the write has been done once.

DATELINE_ROUNDS of 50 or more: every write; else those that differ most.
"""

import os
import pathlib
import signal
import sys
import unittest

import grpc
from google.protobuf import json_format

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "e2e"), str(TESTS / "fuzz" / "methods")]
import contract as contracts  # noqa: E402
import postgres_proxy  # noqa: E402
import system  # noqa: E402

EVERY = int(os.environ.get("DATELINE_ROUNDS", "0")) >= 50
# No write takes as many; one that never ends its steps fails.
MOST_STEPS = 100


class RequestIdTest(unittest.TestCase):

    def setUp(self):
        self.contract = contracts.load()
        self.system = self.enterContext(system.System())
        self.proxy = postgres_proxy.Proxy(self.system.folder / "proxy", self.system.conninfo("dateline_catalog"), "dateline-catalog")
        self.addCleanup(self.proxy.close)
        self.number = 0
        self.system.add_server("victim")
        self.must("CreatePublication", publication_id="test", publication={"title": "Test"})
        for name in "ab":
            self.must("CreateTopic", topic_id=name, topic={"display_name": name})
            self.must("CreateArticle", article_id=name, publish=True,
                      article={"publication": "publications/test", "title": name, "path": f"/{name}", "topics": [{"topic": f"topics/{name}"}]})
        self.counted = self.counts()

    def call(self, server, name, request):
        method = next(method for method in self.contract.methods if method.server == "catalog" and method.name == name)
        with grpc.insecure_channel(self.system.addresses[server], [("grpc.enable_retries", 0)]) as channel:
            call = channel.unary_unary(method.path, request_serializer=method.request.SerializeToString,
                                       response_deserializer=method.response.FromString)
            return call(json_format.ParseDict(request, method.request()), timeout=60, wait_for_ready=server == "catalog")

    def must(self, name, /, **request):
        return self.call("catalog", name, request)

    def start_victim(self):
        self.system.start("victim", program="catalog", environment={"DATELINE_DATABASE": self.proxy.conninfo})
        # It has a connection for calls then, so that the steps are those of a server that has been working.
        system.wait_until("the victim answers", lambda: self.answers("victim"))

    def answers(self, server):
        try:
            return self.call(server, "GetArticle", {"name": "articles/a"})
        except grpc.RpcError:
            return None

    def kill(self):
        self.system.processes["victim"].send_signal(signal.SIGKILL)

    def counts(self):
        """How much there is of what each write adds to."""
        tables = ("article_revisions", "changes", "audit", "request_ids", "articles", "topics")
        return dict(zip(tables, map(int, self.system.sql("SELECT " + ", ".join(f"(SELECT count(*) FROM catalog.{table})" for table in tables))[0]
                                    .split("|"))))

    def kill_at(self, where, name, request):
        """Makes the call to a catalog that dies at a step, given as the proxy takes it. Whether it did."""
        self.start_victim()
        step, after, only, behind = where
        self.proxy.arm(step, after, self.kill, only, behind)
        try:
            self.call("victim", name, request)
            survived = True
        except grpc.RpcError as error:
            self.assertEqual(error.code(), grpc.StatusCode.UNAVAILABLE, f"{where}: {error.details()}")
            survived = False
        self.proxy.arm(0, False, None)
        self.system.stop("victim", signal.SIGKILL)
        return not survived

    def try_once(self, where, name, added, request):
        """Makes the write in spite of a death at `where`. Whether it happened, and whether the write was done before it."""
        killed = self.kill_at(where, name, request)
        # What a dead catalog had begun is undone when PostgreSQL sees that it is gone; one more write waits for its locks.
        before = self.counts()
        first = self.must(name, **request)
        what = f"{name}, killed at {where}"
        again = self.must(name, **request)
        # Told once more, the position is that of the end of its transaction.
        again.position = first.position
        self.assertEqual(again, first, what)
        counted = self.counts()
        for table, count in added.items():
            self.assertEqual(counted[table] - self.counted[table], count, f"{what}: rows of {table}")
        done = before["request_ids"] != self.counted["request_ids"]
        self.counted = counted
        return killed, done

    def drive(self, name, added, make):
        """Kills at each step of `name` with what `make(number)` gives, and at last when it is committed; a write adds `added` rows to the
        tables."""

        def request():
            self.number += 1
            return make(self.number) | {"request_id": f"request-{self.number}"}

        lost = 0
        for step in range(1, MOST_STEPS):
            tries = [self.try_once((step, after, b"", b""), name, added, request()) for after in (False, True)]
            lost += sum(killed and not done for killed, done in tries)
            if not any(killed for killed, _ in tries):
                break
        # The catalog's own upkeep commits, too.
        committed = self.try_once((1, True, b"COMMIT", b"INSERT INTO catalog.request_ids"), name, added, request())
        print(f"{name}: {step - 1} steps; killed {lost} times before the commit, and once after it", flush=True)
        self.assertGreater(lost, 2)
        self.assertLess(step, MOST_STEPS - 1)
        self.assertEqual(committed, (True, True), f"{name} was not committed, or its answer not lost")

    def test_articles(self):
        def update(n, article="a"):
            return {"article": {"name": f"articles/{article}", "title": f"Title {n}"}, "update_mask": "title", "publish": True}

        def swap(n):
            paths = ("/a", "/b") if n % 2 else ("/b", "/a")
            return {"requests": [{"article": {"name": f"articles/{name}", "path": path, "title": f"Swapped {n}"}, "update_mask": "path,title",
                                  "publish": True} for name, path in zip("ab", paths)]}

        one = {"article_revisions": 1, "audit": 1, "request_ids": 1, "articles": 0}
        self.drive("CreateArticle", one | {"articles": 1}, lambda n: {
            "article": {"publication": "publications/test", "title": f"New {n}", "topics": [{"topic": "topics/a"}]}, "publish": True})
        self.drive("UpdateArticle", one | {"changes": 1}, update)
        if EVERY:
            self.drive("BatchUpdateArticles", {"article_revisions": 2, "audit": 2, "request_ids": 1}, swap)
            self.drive("WithdrawArticle", {"audit": 1, "request_ids": 1, "changes": 1}, lambda n: {
                "name": "articles/b", "withdrawal": {"kind": "WITHDRAWAL_KIND_GONE"}})
        self.system.verify()

    def test_topics(self):
        one = {"audit": 1, "request_ids": 1, "changes": 1}
        self.drive("CreateTopic", one | {"topics": 1}, lambda n: {"topic_id": f"new-{n}", "topic": {"display_name": f"New {n}"}})
        if EVERY:
            self.drive("UpdateTopic", one, lambda n: {"topic": {"name": "topics/b", "description": f"Number {n}"}, "update_mask": "description"})
            self.drive("SetPinnedArticles", one, lambda n: {"topic": "topics/a", "articles": ["articles/a", "articles/b"][:1 + n % 2]})
        self.system.verify()


if __name__ == "__main__":
    unittest.main(verbosity=2)
