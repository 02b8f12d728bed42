#!/usr/bin/env python3
"""A topic that comes later reaches the articles that are there already, and what feeds propose is listed; also when ingestion is killed
in the middle."""

import signal
import unittest

import system


def feed(first, count):
    """A feed whose every third entry speaks of tulips, under a name that no topic has yet."""
    items = []
    for i in range(first, first + count):
        text = "Tulip bulbs were sold; the tulip bulbs were planted." if i % 3 == 0 else "Nothing of that sort happened at all."
        items.append(f"<item><guid isPermaLink='false'>entry-{i}</guid><title>Report number {i}</title>"
                     f"<category>Garden reports</category><description>{text} {'More words follow here. ' * 40}{i}</description></item>")
    return ("<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Reports</title>"
            f"<link>https://reports.example.org/</link>{''.join(items)}</channel></rss>")


class RetagTest(unittest.TestCase):

    def setUp(self):
        self.system = self.enterContext(system.System())
        self.system.dateline("publication", "add", "daily")
        self.make_source("wire", tag_text=False)

    def make_source(self, source, tag_text):
        self.system.must("ingestion", "CreateSource", {"source_id": source, "source": {"publication": "publications/daily",
                                                                                       "topics": {"tag_text": tag_text}}})

    def ingest(self, first, count, source="wire"):
        path = self.system.folder / "feed.xml"
        path.write_text(feed(first, count), encoding="utf-8")
        self.system.dateline("ingest", str(path), "--source", source)

    def make_topic(self):
        self.system.dateline("topic", "add", "flowers", "--name", "Flowers", "--aliases", "tulip bulbs, Bulbs of tulips")

    def titles(self, topic):
        names, token = [], ""
        while True:
            answer = self.system.call("query", "ListArticles", {"filter": {"any_topics": [f"topics/{topic}"]}, "page_size": 200,
                                                                "page_token": token}).get("response", {})
            names += [article["title"] for article in answer.get("articles", [])]
            token = answer.get("next_page_token", "")
            if not token:
                return sorted(names)

    def expected(self, count):
        return sorted(f"Report number {i}" for i in range(0, count, 3))

    def test_a_topic_that_comes_later_lists_the_articles_of_before(self):
        self.ingest(0, 60)
        self.assertEqual(self.system.dateline("topic", "proposals").stdout, "60\tGarden reports\ttopics/garden-reports\n")
        self.make_topic()
        said = self.system.dateline("topic", "retag", "flowers").stdout
        self.assertIn("60 articles seen, 20 tagged with 20 topics", said)
        system.wait_until("the replica lists them", lambda: self.titles("flowers") == self.expected(60))
        # They keep what they had, and nothing is done twice.
        self.assertEqual(self.system.sql("SELECT count(*) FROM catalog.article_topics WHERE origin = 2"), ["60"])
        self.assertIn("60 articles seen, 0 tagged", self.system.dateline("topic", "retag").stdout)
        self.assertEqual(self.system.sql("SELECT max(version) FROM catalog.articles"), ["2"])

    def test_the_next_document_knows_a_new_topic(self):
        self.make_source("tagging", tag_text=True)
        self.ingest(0, 3, "tagging")
        self.make_topic()
        tagged = []

        def another_is_tagged():
            number = 999 + 3 * len(tagged)
            tagged.append(number)
            self.ingest(number, 1, "tagging")
            return f"Report number {number}" in self.titles("flowers")

        system.wait_until("a document knows the topic", another_is_tagged, seconds=20)

    def test_a_proposal_that_an_editor_accepts_is_none_any_more(self):
        self.ingest(0, 3)
        topic = self.system.must("catalog", "GetTopic", {"name": "topics/garden-reports"})["topic"]
        self.assertEqual(topic["state"], "TOPIC_STATE_PROPOSED")
        self.system.must("catalog", "UpdateTopic", {"topic": {"name": topic["name"], "state": "TOPIC_STATE_ACTIVE"},
                                                    "update_mask": {"paths": ["state"]}})
        system.wait_until("it is no proposal", lambda: self.system.dateline("topic", "proposals").stdout == "")

    def test_it_completes_though_ingestion_is_killed_in_the_middle(self):
        count = 6000
        for first in range(0, count, 1500):
            self.ingest(first, 1500)
        self.make_topic()
        name = self.system.dateline("topic", "retag", "--no-wait").stdout.strip()

        def done():
            return self.system.sql("SELECT done FROM ingestion.operations") == ["t"]

        def tagged():
            return int(self.system.sql("SELECT count(*) FROM catalog.article_topics WHERE origin = 3")[0])

        system.wait_until("it has begun", lambda: tagged() > 0)
        self.assertEqual(self.system.stop("ingestion", signal.SIGKILL), -signal.SIGKILL)
        print(f"killed when {tagged()} of {count // 3} articles were tagged")
        self.assertFalse(done(), "killed too late to show anything: more articles are needed")
        self.system.start("ingestion")
        self.system.wait_until_well()
        system.wait_until("it is done", done, seconds=120)
        system.wait_until("the replica lists them", lambda: self.titles("flowers") == self.expected(count))
        self.assertEqual(self.system.sql("SELECT count(*) FROM ingestion.operations WHERE error IS NULL"), ["1"])
        self.assertEqual(self.system.sql("SELECT max(version) FROM catalog.articles"), ["2"])
        self.assertTrue(name.startswith("operations/"), name)


if __name__ == "__main__":
    unittest.main()
