#!/usr/bin/env python3
"""The query server is killed again and again while articles are written. It goes on from its position every time, and in the end it
equals, table by table, a replica that is made from scratch.

DATELINE_KILLS sets the number of kills, DATELINE_SEED repeats the choices of a run.
"""

import base64
import os
import pathlib
import random
import signal
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import system  # noqa: E402

KILLS = int(os.environ.get("DATELINE_KILLS", "50"))
ARTICLES, TOPICS, ENTRIES = 400, 12, 40
# Steps of the position that the server is let make at most before it is killed.
MAX_STEPS = 4


class Writer(threading.Thread):
    """Delivers documents whose entries come, change and stay as they are, until it is told to stop."""

    def __init__(self, dateline, seed):
        super().__init__()
        self._address, self._random = dateline.addresses["ingestion"], random.Random(seed)
        self._stopping = threading.Event()
        self.documents, self.position, self.failure = 0, "", None

    def run(self):
        client = system.NodeClient()
        try:
            while not self._stopping.is_set():
                answer = client.call(address=self._address, service=system.SERVICES["ingestion"], method="IngestDocument",
                                     request={"source": "sources/test", "document": {"$bytes": self._document()}})
                if "response" not in answer:
                    self.failure = answer
                    return
                self.position = answer["response"].get("position") or self.position
                self.documents += 1
        finally:
            client.close()

    def stop(self):
        self._stopping.set()
        self.join()

    def _document(self):
        items = "".join(self._item(number) for number in self._random.sample(range(ARTICLES), ENTRIES))
        feed = (f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>https://feed.example/</link>{items}'
                "</channel></rss>")
        return base64.b64encode(feed.encode()).decode()

    def _item(self, number):
        words = " ".join(f"word{self._random.randrange(1000)}" for _ in range(self._random.randrange(200)))
        return (f"<item><title>Article {number}</title><link>https://feed.example/{number}</link><guid>{number}</guid>"
                f"<category>Topic {self._random.randrange(TOPICS)}</category>"
                f"<pubDate>Mon, 0{1 + number % 9} Jun 2026 10:{number % 60:02}:00 GMT</pubDate><description>{words}</description></item>")


class QueryServerKillTest(unittest.TestCase):

    def setUp(self):
        seed = int(os.environ.get("DATELINE_SEED", random.SystemRandom().randrange(2**31)))
        print(f"DATELINE_SEED={seed}", flush=True)
        self.random = random.Random(seed)
        self.system = self.enterContext(system.System())
        self.system.must("catalog", "CreatePublication", {"publication_id": "test", "publication": {"title": "Test"}})
        self.system.must("ingestion", "CreateSource", {
            "source_id": "test", "source": {"publication": "publications/test", "topics": {"unknown": "UNKNOWN_CATEGORIES_CREATE"}}})
        self.writer = Writer(self.system, seed)
        self.writer.start()
        self.addCleanup(self.writer.stop)

    def status(self):
        """The server's own word of itself; empty while it does not answer."""
        return self.system.call("query", "GetStatus", {}, deadlineMs=2000).get("response", {})

    def step_of(self, before):
        """Waits until the position has moved from `before` and answers where it is."""

        def moved():
            position = self.status().get("position")
            return position if position and position != before else None

        return system.wait_until("the position moves", moved)

    def digest(self):
        answer = self.system.must("query", "GetDigest", {"min_position": self.writer.position})
        return {table["table"]: (table.get("entries", 0), table["digest"]) for table in answer["tables"]}

    def test_it_resumes_and_equals_a_replica_from_scratch(self):
        positions = set()
        for number in range(KILLS):
            position = self.status().get("position")
            for _ in range(self.random.randint(0, MAX_STEPS)):
                position = self.step_of(position)
                positions.add(position)
            self.assertEqual(self.system.stop("query", signal.SIGKILL), -signal.SIGKILL)
            self.system.start("query")
            status = system.wait_until("the server serves again", lambda: self.status().get("serving") and self.status())
            self.assertEqual(status.get("rebuilds", 0), 0, f"kill {number}: a copy was made instead of going on with the old one")
        self.writer.stop()
        self.assertIsNone(self.writer.failure)

        resumed = self.digest()
        self.system.verify()
        self.assertEqual(self.system.stop("query"), 0)
        (self.system.folder / "query").rename(self.system.folder / "query.resumed")
        self.system.start("query")
        self.system.wait_until_well()
        self.assertEqual(self.status().get("rebuilds"), 1)
        scratch = self.digest()
        print(f"{KILLS} kills under {self.writer.documents} documents, {len(positions)} positions seen; "
              + ", ".join(f"{table} {entries}" for table, (entries, _) in scratch.items()), flush=True)
        self.assertEqual(resumed, scratch)
        self.assertGreater(scratch["postings"][0], 0)


if __name__ == "__main__":
    unittest.main()
