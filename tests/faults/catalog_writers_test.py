#!/usr/bin/env python3
"""Writers work on the same articles, paths and topics through three catalogs, which are killed again and again, while PostgreSQL ends some of
their connections. In the end every acknowledged write is there, once, and everything that is kept twice is the same in both places.

DATELINE_SECONDS   how long to write; if it is not set, WRITES of each writer. With DATELINE_ROUNDS of 50 or more, two minutes
DATELINE_SEED      repeats the choices of a run
"""

import collections
import os
import pathlib
import random
import signal
import sys
import threading
import time
import unittest

import grpc
from google.protobuf import json_format

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "e2e"), str(TESTS / "fuzz" / "methods")]
import catalog_checks as checks  # noqa: E402
import contract as contracts  # noqa: E402
import system  # noqa: E402

SECONDS = int(os.environ.get("DATELINE_SECONDS", "120" if int(os.environ.get("DATELINE_ROUNDS", "0")) >= 50 else "0"))
CATALOGS = ("catalog", "second", "third")
WRITERS, WRITES, ARTICLES, PATHS, TOPICS = 32, 15, 100, 120, 12
WRITES_A_FAULT = 40
# The caller goes on when nothing is known of the write: the same request_id makes that right.
UNKNOWN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNKNOWN)  # The last: lost while committing.
# What the rules may answer to a write that others were faster than.
REFUSED = (grpc.StatusCode.ABORTED, grpc.StatusCode.ALREADY_EXISTS, grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.NOT_FOUND)
MOST_TRIES = 500


class Client:
    """Calls of catalogs, each time of one by chance."""

    def __init__(self, contract, addresses, chance):
        self._methods = {method.name: method for method in contract.methods if method.server == "catalog"}
        self._channels = [grpc.insecure_channel(address, [("grpc.enable_retries", 0), ("grpc.max_reconnect_backoff_ms", 500),
                                                          ("grpc.use_local_subchannel_pool", 1)]) for address in addresses]
        self._random = chance
        self.repeated = False  # Whether the last call of `insist` took more than one try.

    def call(self, name, request):
        method = self._methods[name]
        call = self._random.choice(self._channels).unary_unary(method.path, request_serializer=method.request.SerializeToString,
                                                               response_deserializer=method.response.FromString)
        return call(json_format.ParseDict(request, method.request()), timeout=10)

    def insist(self, name, request):
        """Repeats the call until something is known of it."""
        for number in range(MOST_TRIES):
            self.repeated = number > 0
            try:
                return self.call(name, request)
            except grpc.RpcError as error:
                if error.code() not in UNKNOWN:
                    raise
            threading.Event().wait(0.02)  # A catalog that is gone refuses at once.
        raise AssertionError(f"{name} never got an answer")

    def close(self):
        for channel in self._channels:
            channel.close()


class Writer(threading.Thread):
    """Writes until `done(number)`. `acknowledged` has (method, request, response, whether it was asked for again) of each write that
    was."""

    def __init__(self, number, client, seed, done, tell):
        super().__init__()
        self._number, self._client, self._random, self._done, self._tell = number, client, random.Random(seed), done, tell
        self.acknowledged, self.refused, self.failure = [], collections.Counter(), None

    def run(self):
        number = 0
        try:
            while not self._done(number):
                number += 1
                self._write(number)
        except (grpc.RpcError, AssertionError) as error:
            self.failure = error
        finally:
            self._client.close()

    def _write(self, number):
        name, request = self._choose(f"w{self._number}-{number}")
        request["request_id"] = f"{self._number}-{number}"
        try:
            response = self._client.insist(name, request)
        except grpc.RpcError as error:
            if error.code() not in REFUSED:
                raise
            self.refused[error.code().name] += 1
        else:
            self.acknowledged.append((name, request, response, self._client.repeated))
        self._tell()

    def _choose(self, title):
        article = {"name": f"articles/a{self._random.randrange(ARTICLES)}"}
        kind = self._random.choices(("title", "etag", "path", "topics", "state", "topic"), (35, 15, 15, 15, 15, 5))[0]
        if kind == "topic":
            return "UpdateTopic", {"topic": {"name": f"topics/t{self._random.randrange(TOPICS)}", "description": title}, "update_mask": "description"}
        if kind == "state":
            name, more = self._random.choice((("DeleteArticle", {}), ("UndeleteArticle", {}), ("PublishArticle", {}), ("PublishArticle", {}),
                                              ("WithdrawArticle", {"withdrawal": {"kind": "WITHDRAWAL_KIND_GONE"}})))
            return name, article | more
        request = {"article": article | {"title": title}, "publish": self._random.random() < 0.7}
        if kind == "etag":
            request["etag"] = self._client.insist("GetArticle", article).record.etag
        if kind == "path":
            request["article"]["path"] = f"/p/{self._random.randrange(PATHS)}"
        if kind == "topics":
            chosen = self._random.sample(range(TOPICS), self._random.randrange(5))
            request["article"]["topics"] = [{"topic": f"topics/t{topic}"} for topic in chosen]
        return "UpdateArticle", request | {"update_mask": ",".join(sorted(set(request["article"]) - {"name"}))}


class CatalogWritersTest(unittest.TestCase):

    def setUp(self):
        self.seed = int(os.environ.get("DATELINE_SEED", random.SystemRandom().randrange(2**31)))
        print(f"DATELINE_SEED={self.seed}", flush=True)
        self.random = random.Random(self.seed)
        self.contract = contracts.load()
        self.article = self.contract.message("dateline.content.v1.Article")
        self.system = self.enterContext(system.System())
        for name in CATALOGS[1:]:
            self.system.add_server(name)
            self.system.start(name, program="catalog")
        self.client = self.new_client(self.seed)
        self.addCleanup(self.client.close)
        do = self.client.insist
        do("CreatePublication", {"publication_id": "test", "publication": {"title": "Test"}})
        for number in range(TOPICS):
            do("CreateTopic", {"topic_id": f"t{number}", "topic": {"display_name": f"T {number}"}})
        for number in range(ARTICLES):
            do("CreateArticle", {"article_id": f"a{number}", "publish": True, "article": {
                "publication": "publications/test", "title": f"A {number}", "path": f"/p/{number}"}})
        self.writes, self.changed = 0, threading.Condition()

    def new_client(self, seed):
        return Client(self.contract, [self.system.addresses[name] for name in CATALOGS], random.Random(seed))

    def count(self):
        with self.changed:
            self.writes += 1
            self.changed.notify_all()

    def fault(self):
        """Kills a catalog and starts it again, or ends some connections."""
        if self.random.random() < 0.5:
            name = self.random.choice(CATALOGS)
            self.system.stop(name, signal.SIGKILL)
            self.system.start(name, program="catalog")
            return "kills"
        self.system.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'dateline_catalog' "
                        f"ORDER BY md5(pid::text || '{self.random.random()}') LIMIT {self.random.randint(1, 6)}")
        return "connections"

    def write(self):
        """All writers at once, with faults as they go on; answers the writers."""
        started = time.monotonic()

        def done(number):
            return time.monotonic() - started > SECONDS if SECONDS else number >= WRITES

        writers = [Writer(number, self.new_client(self.seed + number), self.seed + number, done, self.count) for number in range(WRITERS)]
        faults, next_fault = collections.Counter(), WRITES_A_FAULT
        for writer in writers:
            writer.start()
        while any(writer.is_alive() for writer in writers):
            with self.changed:
                self.changed.wait_for(lambda: self.writes >= next_fault, timeout=1)  # pylint: disable=cell-var-from-loop
                due = self.writes >= next_fault
            if due:
                faults[self.fault()] += 1
                next_fault = self.writes + WRITES_A_FAULT
        for writer in writers:
            writer.join()
        self.assertEqual([writer.failure for writer in writers if writer.failure], [])
        refused = sum((writer.refused for writer in writers), collections.Counter())
        print(f"{WRITERS} writers, {self.writes} writes under {dict(faults)} in {time.monotonic() - started:.0f} s; refused: {dict(refused)}",
              flush=True)
        self.assertGreater(faults["kills"] + faults["connections"], 2)
        return writers

    def test_no_acknowledged_write_is_lost_or_doubled(self):
        acknowledged = [one for writer in self.write() for one in writer.acknowledged]
        self.assertGreater(len(acknowledged), WRITERS)
        for check in (checks.versions, checks.paths, checks.indices):
            self.assertEqual(check(self.system), [], check.__doc__)
        self.assertEqual(checks.references(self.system, self.article), [])
        self.check_writes(acknowledged)
        self.check_replica(acknowledged)

    def check_writes(self, acknowledged):
        keys = {f"articles/{name}": key for key, name, *_ in checks.articles(self.system)}
        revisions, audit = checks.snapshots(self.system, self.article), checks.audit(self.system)
        versions, etags = collections.Counter(), 0
        titles = collections.defaultdict(set)
        for (key, _), revision in revisions.items():
            titles[key].add(revision.title)
        for name, request, response, repeated in acknowledged:
            if name == "UpdateTopic":
                continue
            record = response.record
            self.assertEqual(audit[record.name, record.version], 1, f"{name} {request}")
            if name != "UpdateArticle":
                continue  # It may have found what it asks for, and answers the version that stands.
            etags += "etag" in request
            key, title = keys[record.name], request["article"]["title"]
            if repeated:  # Told once more, the article is shown as it stands by then.
                self.assertIn(title, titles[key], request)
                continue
            versions[record.name, record.version] += 1
            number = record.live_revision if request["publish"] else record.draft_revision
            self.assertEqual(revisions[key, number].title, title, request)
        self.assertEqual([one for one, count in versions.items() if count > 1], [], "two writes had the same version")
        self.assertGreater(etags, 0)
        # Asked once more, a write is not done once more.
        for name, request, *_ in self.random.sample(acknowledged, min(50, len(acknowledged))):
            self.client.insist(name, request)
        self.assertEqual(checks.versions(self.system), [])
        self.assertEqual(checks.audit(self.system), audit)
        print(f"{len(acknowledged)} writes were acknowledged, {etags} of them by etag; {len(revisions)} revisions", flush=True)

    def check_replica(self, acknowledged):
        """The replica that was there all the time equals one that is made now."""
        position = self.client.insist("UpdateTopic", {"topic": {"name": "topics/t0", "description": "the end"}, "update_mask": "description"}).position

        def digest():
            answer = self.system.must("query", "GetDigest", {"min_position": position})
            return {table["table"]: (table.get("entries", 0), table["digest"]) for table in answer["tables"]}

        system.wait_until("the servers are well", lambda: self.system.dateline("status", check=False).returncode == 0)
        followed = digest()
        self.system.verify()
        self.assertEqual(self.system.stop("query"), 0)
        (self.system.folder / "query").rename(self.system.folder / "query.followed")
        self.system.start("query")
        self.system.wait_until_well()
        self.assertEqual(followed, digest())


if __name__ == "__main__":
    unittest.main(verbosity=2)
