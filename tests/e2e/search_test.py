#!/usr/bin/env python3
"""A real feed goes in; the operator's command and clients find its articles by their text, until one is taken down."""

import unittest

import system


class SearchTest(unittest.TestCase):

    def setUp(self):
        self.system = self.enterContext(system.System())
        folder = system.shared_data(self, "topic-page")
        # Nothing is made for a file that is not there, or for a trial.
        for arguments in (["/none"], [str(folder / "feed.xml"), "--validate-only"]):
            self.assertNotEqual(self.system.dateline("ingest", *arguments, check=False).returncode, 0)
            self.assertEqual(self.system.must("ingestion", "ListSources", {}).get("sources", []), [])
        self.system.dateline("ingest", str(folder / "feed.xml"))

    def search(self, query, **more):
        return self.system.call("query", "SearchArticles", {"query": query, **more}).get("response", {})

    def titles(self, query, **more):
        return [hit["article"]["title"] for hit in self.search(query, **more).get("hits", [])]

    def test_finds_what_lists_show_and_nothing_after_a_takedown(self):
        system.wait_until("search finds all seven articles", lambda: len(self.titles("kazakhstan")) == 7)
        found = self.search("kazakhstan", counts=["COUNT_DIMENSION_TOPIC"], highlight=True)
        self.assertEqual(found["total"], {"size": 7, "exactness": "EXACTNESS_EXACT"})
        self.assertTrue(all(hit["snippet"] for hit in found["hits"]))
        self.assertEqual(found["counts"][0]["dimension"], "COUNT_DIMENSION_TOPIC")
        printed = self.system.dateline("search", "kazakhstan", "-n", "3").stdout
        self.assertEqual(sum(line.startswith("articles/") for line in printed.splitlines()), 3, printed)
        self.assertIn("kazakhstan", self.search("kazahkstan").get("suggestion", ""))

        first = found["hits"][0]["article"]["name"]
        system.wait_until("the index has all", lambda: int(self.system.must("query", "GetStatus", {})["search"].get("entriesBehind", 0)) == 0)
        related = self.system.must("query", "ListRelatedArticles", {"article": first}).get("articles", [])
        self.assertNotIn(first, [article["name"] for article in related])
        self.assertTrue(related)

        self.system.dateline("article", "takedown", first.removeprefix("articles/"), "--reason", "a court's order")
        system.wait_until("it is not found any more",
                          lambda: first not in [hit["article"]["name"] for hit in self.search("kazakhstan").get("hits", [])])
        self.assertEqual(self.search("kazakhstan")["total"]["size"], 6)


if __name__ == "__main__":
    unittest.main(verbosity=2)
