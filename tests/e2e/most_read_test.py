#!/usr/bin/env python3
"""Reads that are reported to one query server rank articles in another; embargoed ones are counted for nobody; without a database the newest
are answered and reports are refused."""

import datetime
import unittest

import system


class MostReadTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.system = cls.enterClassContext(system.System())
        cls.system.add_server("query2")
        cls.system.start("query2", "--consumer", "query2", program="query")
        cls.system.must("catalog", "CreatePublication", {"publication_id": "paper", "publication": {"title": "Paper"}})
        for number in range(1, 6):
            cls.article(f"a{number}", f"2026-01-0{number}T00:00:00Z")
        position = cls.article("hidden", "2026-01-09T00:00:00Z", embargo_time={"seconds": 4102444800})
        for server in ("query", "query2"):
            # A new server may not be ready yet.
            system.wait_until(f"{server} has all", lambda server=server: "response" in cls.system_call(
                server, "ListArticles", {"min_position": position}))

    @classmethod
    def system_call(cls, server, method, request):
        node = cls.system
        node.call("query", "GetStatus", {})  # starts the client
        return node._node.call(address=node.addresses[server], service=system.SERVICES["query"], method=method, request=request)

    @classmethod
    def article(cls, name, time, **fields):
        seconds = int(datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp())
        return cls.system.must("catalog", "CreateArticle", {
            "article_id": name, "publish": True,
            "article": {"publication": "publications/paper", "title": name, "body_html": "<p>Words.</p>", "path": f"/{name}",
                        "publish_time": {"seconds": seconds}, **fields}})["position"]

    def report(self, counts, **fields):
        return self.system_call("query", "ReportReads", {"counts": [{"article": f"articles/{name}", "reads": reads}
                                                                    for name, reads in counts.items()], **fields})

    def ranked(self, server, **fields):
        answer = self.system_call(server, "ListMostRead", fields)["response"]
        return [(article["title"], ranking.removeprefix("MOST_READ_RANKING_"))
                for article, ranking in zip(answer["articles"], answer["rankings"])]

    def test_reports_rank_in_every_server(self):
        self.assertEqual([ranking for _, ranking in self.ranked("query2")], ["NEWEST"] * 5)
        counts = {"a2": 5, "a1": 3, "hidden": 100, "none": 100}
        for _ in range(2):  # counted once
            self.assertIn("response", self.report(counts, request_id="one"))
        self.assertEqual(system.reason_of(self.report({"a1": 1}, request_id="one")), "REQUEST_ID_REUSED")
        expected = [("a2", "READS"), ("a1", "READS"), ("a5", "NEWEST"), ("a4", "NEWEST"), ("a3", "NEWEST")]
        for server in ("query", "query2"):
            system.wait_until(f"{server} ranks", lambda server=server: self.ranked(server) == expected)
        self.assertEqual(self.system.sql("SELECT article_id FROM query.read_scores ORDER BY 1"), ["a1", "a2"])
        lines = self.system.dateline("most-read", "-n", "3").stdout.splitlines()
        self.assertEqual(lines, ["read\tarticles/a2\ta2", "read\tarticles/a1\ta1", "new\tarticles/a5\ta5"])
        pages, token = [], ""
        while True:
            page = self.system_call("query", "ListMostRead", {"page_size": 1, "page_token": token})["response"]
            pages += [article["title"] for article in page.get("articles", [])]
            token = page.get("next_page_token", "")
            if not token:
                break
        self.assertEqual(pages, [title for title, _ in expected])

    def test_without_a_database_the_newest_are_answered(self):
        self.system.add_server("query3")
        self.system.start("query3", "--consumer", "query3", program="query", environment={"DATELINE_DATABASE": ""})
        system.wait_until("query3 serves", lambda: "response" in self.system_call("query3", "ListArticles", {}))
        self.assertEqual([ranking for _, ranking in self.ranked("query3")], ["NEWEST"] * 5)
        answer = self.system_call("query3", "ReportReads", {"counts": [{"article": "articles/a1", "reads": 1}]})
        self.assertEqual(system.reason_of(answer), "DATABASE_UNAVAILABLE")


if __name__ == "__main__":
    unittest.main()
