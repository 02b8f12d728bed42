#!/usr/bin/env python3
"""An editor's work on topics, authors and publications, by the command: what readers see after each step, and what feeds bring then."""

import json
import unittest

import system


def feed(entries):
    items = "".join(f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title>"
                    + "".join(f"<category>{category}</category>" for category in categories)
                    + f"<description>{title}, at some length.</description></item>" for guid, title, categories in entries)
    return ("<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Reports</title>"
            f"<link>https://reports.example.org/</link>{items}</channel></rss>")


class VocabularyTest(unittest.TestCase):

    def setUp(self):
        self.system = self.enterContext(system.System())
        self.do("publication", "add", "daily")
        self.do("source", "add", "wire", "--publication", "daily")

    def do(self, *words):
        return self.system.dateline(*words).stdout

    def ingest(self, *entries):
        path = self.system.folder / "feed.xml"
        path.write_text(feed(entries), encoding="utf-8")
        self.do("ingest", str(path), "--source", "wire")

    def listed(self, topic):
        answer = self.system.call("query", "ListArticles", {"filter": {"any_topics": [f"topics/{topic}"], "include_descendants": True}})
        if "response" not in answer:
            return None
        return sorted(article["title"] for article in answer["response"].get("articles", []))

    def expect(self, topic, titles):
        system.wait_until(f"topics/{topic} has {titles}", lambda: self.listed(topic) == titles)

    def refused(self, *words):
        done = self.system.dateline(*words, check=False)
        self.assertEqual(done.returncode, 1, done.stdout)
        return done.stderr

    def test_a_merged_topic_is_its_target_for_readers_and_feeds(self):
        self.do("topic", "add", "asia")
        self.do("topic", "add", "iran", "--name", "Iran", "--parent", "asia")
        self.do("topic", "add", "persia", "--name", "Persia")
        self.do("topic", "add", "tehran", "--name", "Tehran", "--parent", "persia")
        self.ingest(("1", "Old", ["Persia"]), ("2", "City", ["Tehran"]))
        self.expect("persia", ["City", "Old"])
        self.expect("asia", [])
        self.assertEqual(self.do("topic", "merge", "iran", "persia"), "topics/iran\tIran\n")
        for topic in ("iran", "persia", "asia"):
            self.expect(topic, ["City", "Old"])
        self.ingest(("3", "New", ["Persia"]))
        self.expect("iran", ["City", "New", "Old"])
        self.assertIn("STATE_CONFLICT", self.refused("topic", "update", "persia", "--name", "Old Persia"))
        self.assertIn("topics/asia > topics/tehran > topics/iran > topics/asia",
                      self.refused("topic", "update", "asia", "--parents", "tehran"))
        self.assertIn("2 articles, 1 topics below it", self.refused("topic", "delete", "iran"))
        self.do("topic", "delete", "iran", "--force")
        self.assertEqual(self.system.sql("SELECT count(*) FROM catalog.article_topics"), ["1"])
        system.wait_until("its articles carry it no more", lambda: {
            article["title"]: [topic["topic"] for topic in article.get("topics", [])]
            for article in self.system.must("query", "ListArticles", {})["articles"]
        } == {"Old": [], "New": [], "City": ["topics/tehran"]})
        system.wait_until("readers know neither", lambda: self.listed("iran") is None and self.listed("persia") is None)
        self.expect("asia", [])

    def test_what_was_dismissed_is_not_proposed_again(self):
        self.ingest(("1", "One", ["Gossip", "Rail"]))
        self.assertEqual(self.do("topic", "list", "--proposed"), "topics/gossip\tGossip\ntopics/rail\tRail\n")
        self.assertEqual(self.do("topic", "proposals", "accept", "rail"), "topics/rail\tRail\n")
        self.assertEqual(self.do("topic", "proposals", "dismiss", "gossip"), "topics/gossip\tGossip\n")
        self.expect("rail", ["One"])
        self.ingest(("2", "Two", ["Gossip", "Rail"]), ("3", "Three", ["GOSSIP"]))
        self.expect("rail", ["One", "Two"])
        # Nor by an ingestion that has heard of nothing yet.
        self.system.stop("ingestion")
        self.system.start("ingestion")
        self.system.wait_until_well()
        self.ingest(("4", "Four", ["gossip", "Rail"]))
        self.expect("rail", ["Four", "One", "Two"])
        self.assertEqual(self.do("topic", "list", "--proposed"), "")
        self.assertEqual(self.do("topic", "proposals"), "")

    def test_pins_authors_and_publications(self):
        self.do("topic", "add", "rail", "--name", "Rail")
        self.ingest(("1", "One", ["Rail"]), ("2", "Two", ["Rail"]))
        self.expect("rail", ["One", "Two"])
        names = [article["name"] for article in self.system.must("query", "ListArticles", {})["articles"]]
        names.sort()
        self.assertEqual(self.do("topic", "pin", "rail", *names), "".join(f"{name}\n" for name in names))
        self.assertEqual(self.do("topic", "pin", "rail", *reversed(names)), "".join(f"{name}\n" for name in reversed(names)))
        self.assertEqual(json.loads(self.do("topic", "pins", "rail", "--json"))["articles"], names[::-1])
        self.ingest(("0", "Zero", ["Rail"]))
        self.expect("rail", ["One", "Two", "Zero"])
        self.assertEqual(self.do("topic", "pin", "rail", "--none"), "")

        self.do("author", "add", "jane", "--name", "Jane Doe", "--variants", "J. Doe, Jane D.")
        self.do("author", "add", "jd", "--name", "JD")
        self.do("author", "merge", "jane", "jd")
        self.assertEqual(self.do("author", "list", "--prefix", "JANE"), "authors/jane\tJane Doe\n")
        jane = json.loads(self.do("author", "update", "jane", "--bio", "Writes", "--json"))
        self.assertEqual(jane["bylineVariants"], ["J. Doe", "Jane D.", "JD"])
        system.wait_until("readers are told of her", lambda: self.system.call(
            "query", "GetAuthor", {"name": "authors/jd"}).get("response", {}).get("author", {}).get("bio") == "Writes")
        self.do("author", "delete", "jane")
        system.wait_until("readers are told of her no more", lambda: "response" not in self.system.call(
            "query", "GetAuthor", {"name": "authors/jd"}))

        self.assertIn("3 articles", self.refused("publication", "delete", "daily"))
        self.do("publication", "update", "daily", "--title", "The Daily", "--teaser-words", "2", "--topic-path-pattern", "/t/{id}")
        self.ingest(("3", "Three", ["Rail"]))
        system.wait_until("its teasers are cut anew", lambda: any(
            article["teaser"]["text"] == "Three, at..." for article in self.system.must("query", "ListArticles", {})["articles"]))
        self.do("publication", "add", "weekly")
        self.do("publication", "delete", "weekly")
        self.assertEqual(self.do("publication", "list"), "publications/daily\tThe Daily\n")


if __name__ == "__main__":
    unittest.main()
