#!/usr/bin/env python3
"""A query server that starts from a sibling's copy, and one whose copy was damaged while it was down. Each serves in the end, and equals
the other, table by table."""

import base64
import pathlib
import signal
import sys
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import system  # noqa: E402

PAGE = 4096


def feed(numbers):
    items = "".join(
        f"<item><title>Article {number}</title><link>https://feed.example/{number}</link><guid>{number}</guid>"
        f"<category>Topic {number % 7}</category><pubDate>Mon, 0{1 + number % 9} Jun 2026 10:{number % 60:02}:00 GMT</pubDate>"
        f"<description>{' '.join(f'word{number * word}' for word in range(300))}</description></item>" for number in numbers)
    text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>https://feed.example/</link>{items}</channel></rss>'
    return base64.b64encode(text.encode()).decode()


class QueryCopyTest(unittest.TestCase):

    def setUp(self):
        self.system = self.enterContext(system.System())
        self.system.must("catalog", "CreatePublication", {"publication_id": "test", "publication": {"title": "Test"}})
        self.system.must("ingestion", "CreateSource", {
            "source_id": "test", "source": {"publication": "publications/test", "topics": {"unknown": "UNKNOWN_CATEGORIES_CREATE"}}})
        self.client = system.NodeClient()
        self.addCleanup(self.client.close)
        self.write(range(100))

    def call(self, name, service, method, request, **options):
        """The answer of a query server, which may be an added one."""
        answer = self.client.call(address=self.system.addresses[name], service=f"dateline.query.v1.{service}", method=method, request=request,
                                  **options)
        return answer.get("response")

    def write(self, numbers):
        answer = self.system.must("ingestion", "IngestDocument", {"source": "sources/test", "document": {"$bytes": feed(numbers)}})
        self.position = answer["position"]

    def status(self, name="query"):
        return self.call(name, "QueryService", "GetStatus", {}, deadlineMs=2000) or {}

    def digest(self, name="query"):
        answer = self.call(name, "ReplicaService", "GetDigest", {"min_position": self.position})
        return {table["table"]: (table.get("entries", 0), table["digest"]) for table in answer["tables"]}

    def metric(self, server, name):
        with urllib.request.urlopen(f"http://{self.system.metrics(server)}/metrics", timeout=30) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name))

    def await_serving(self, name="query"):
        return system.wait_until(f"{name} serves", lambda: self.status(name).get("serving") and self.status(name))

    def test_it_starts_from_a_sibling(self):
        self.digest()
        self.system.add_server("second")
        self.system.start("second", "--checkpoint-from", self.system.addresses["query"], program="query")
        status = self.await_serving("second")
        self.assertEqual(status.get("rebuilds", 0), 0)
        self.assertIn("taken from a sibling", self.system.log("second"))
        self.write(range(90, 130))
        self.assertEqual(self.digest("second"), self.digest())
        self.system.verify("second")
        self.assertEqual(self.system.stop("second"), 0)

    def test_it_asks_the_catalog_when_there_is_no_sibling(self):
        self.system.add_server("second")
        self.system.start("second", "--checkpoint-from", "127.0.0.1:1", program="query")
        self.await_serving("second")
        self.assertIn("the catalog is asked", self.system.log("second"))
        self.assertEqual(self.digest("second"), self.digest())
        self.assertEqual(self.system.stop("second"), 0)

    def test_it_makes_a_new_copy_of_one_that_was_damaged(self):
        expected = self.digest()
        for damage in (self.cut, self.write_over):
            self.system.stop("query", signal.SIGKILL)
            copy, = (self.system.folder / "query").glob("copy-*/data.mdb")
            damage(copy)
            self.system.start("query")
            status = self.await_serving()
            self.assertEqual(status.get("rebuilds"), 1)
            self.assertEqual(self.metric("query", "dateline_query_damaged_copies_total"), 1)
            self.assertEqual(self.digest(), expected)
            self.system.verify()

    @staticmethod
    def cut(copy):
        with open(copy, "r+b") as file:
            file.truncate(copy.stat().st_size // 2)

    @staticmethod
    def write_over(copy):
        """All but the first two pages, without which it is no copy at all."""
        size = copy.stat().st_size
        with open(copy, "r+b") as file:
            file.seek(2 * PAGE)
            file.write(b"\xa5" * (size - 2 * PAGE))


if __name__ == "__main__":
    unittest.main()
