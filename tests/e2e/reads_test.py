#!/usr/bin/env python3
"""Each line of proto/reads.md, run as it stands against a running system, answers what its heading says."""

import json
import pathlib
import shlex
import subprocess
import unittest

import system

ROOT = pathlib.Path(__file__).resolve().parents[2]
CALL = "npx buf curl"
TOPICS = {"a1": ["news", "harbour"], "a2": ["news", "harbour", "sport"], "a3": ["news"], "a4": ["sport"]}


class ReadsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.system = cls.enterClassContext(system.System())
        must = cls.system.must
        must("catalog", "CreatePublication", {"publication_id": "paper", "publication": {"title": "Paper"}})
        for topic in ("news", "harbour", "sport"):
            must("catalog", "CreateTopic", {"topic_id": topic, "topic": {"display_name": topic.title()}})
        for number, (name, topics) in enumerate(TOPICS.items()):
            cls.position = must("catalog", "CreateArticle", {
                "article_id": name, "publish": True,
                "article": {"publication": "publications/paper", "title": f"The ferry {name}", "path": f"/{name}",
                            "body_html": "<p>Words.</p>", "publish_time": {"seconds": 1767225600 + 86400 * number},
                            "images": [{"url": "https://paper.example/ferry.jpg"}] if name == "a3" else [],
                            "topics": [{"topic": f"topics/{topic}"} for topic in topics]}})["position"]
        must("query", "ListArticles", {"min_position": cls.position})
        cls.lines = [line for line in (ROOT / "proto/reads.md").read_text().splitlines() if line.startswith(CALL)]

    def read(self, number, **replaced):
        line = self.lines[number].replace("127.0.0.1:7103", self.system.addresses["query"]).replace(CALL, f"{system.BUF} curl")
        for word, value in replaced.items():
            line = line.replace(word, value)
        done = subprocess.run(shlex.split(line), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, f"{line}\n{done.stderr}")
        return json.loads(done.stdout)

    def names(self, answer):
        return [article["name"].removeprefix("articles/") for article in answer.get("articles", [])]

    def test_the_page_has_twelve(self):
        self.assertEqual(len(self.lines), 12)

    def test_lists(self):
        for number, expected in ((0, ["a3", "a2", "a1"]), (1, ["a1"]), (2, ["a3", "a2"]), (8, ["a3"])):
            with self.subTest(self.lines[number]):
                self.assertEqual(self.names(self.read(number)), expected)

    def test_count(self):
        self.assertEqual(self.read(9)["total"], {"size": "2", "exactness": "EXACTNESS_EXACT"})

    def test_path(self):
        self.assertEqual(self.read(4)["article"]["name"], "articles/a1")

    def test_feed(self):
        self.assertIn("atom", self.read(7)["contentType"])

    def test_the_last_page_leads_back(self):
        last = self.read(10)
        self.assertEqual(self.names(last), ["a1", "a2"])
        back = self.system.must("query", "ListArticles", {"order": "LIST_ORDER_OLDEST", "page_size": 2, "page_token": last["nextPageToken"]})
        self.assertEqual(self.names(back), ["a3", "a4"])
        again = self.system.must("query", "ListArticles", {"order": "LIST_ORDER_OLDEST", "page_size": 2,
                                                           "page_token": back["previous_page_token"]})
        self.assertEqual(self.names(again), ["a1", "a2"])

    def test_search(self):
        # The index follows the lists in its own time.
        system.wait_until("all are found", lambda: len(self.read(3).get("hits", [])) == 4)
        counts = {one["value"]: one["count"]["size"] for dimension in self.read(3)["counts"] for one in dimension["values"]}
        self.assertEqual(counts["topics/news"], "3")

    def test_related(self):
        system.wait_until("the other of both topics is related", lambda: "a2" in self.names(self.read(5)))

    def test_most_read(self):
        self.assertEqual(self.names(self.read(6)), ["a4", "a3", "a2"])

    def test_changed_since(self):
        answer = self.system.must("query", "SyncArticles", {"page_size": 200})
        while not answer.get("complete"):
            answer = self.system.must("query", "SyncArticles", {"sync_token": answer["sync_token"]})
        updated = self.system.must("catalog", "UpdateArticle", {
            "article": {"name": "articles/a4", "subtitle": "Changed"}, "update_mask": {"paths": ["subtitle"]}, "publish": True})
        self.system.must("query", "ListArticles", {"min_position": updated["position"]})
        self.assertEqual(self.names(self.read(11, SYNC_TOKEN=answer["sync_token"])), ["a4"])


if __name__ == "__main__":
    unittest.main()
