#!/usr/bin/env python3
"""What Dateline renders as RSS, Atom and JSON Feed is read back without loss by its own parser and by feedparser."""

import datetime
import json
import unittest

import feedparser

import system

TOPIC = "kazakhstan"
HOME = "https://journal.example.org/"
SELF = "https://journal.example.org/topics/kazakhstan.feed?a=1&b=2"


class FeedTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.system = cls.enterClassContext(system.System())

    def setUp(self):
        folder = system.shared_data(self, "topic-page")
        self.system.dateline("ingest", str(folder / "feed.xml"))
        self.articles = system.wait_until("the replica lists all seven articles", self.all_articles)
        self.links = [HOME + article["path"].removeprefix("/") for article in self.articles]
        updated = self.system.must("catalog", "UpdatePublication", {
            "publication": {"name": self.articles[0]["publication"], "home_page": HOME}, "update_mask": {"paths": ["home_page"]}})
        self.system.must("query", "ListPublications", {"min_position": updated["position"]})

    def all_articles(self):
        answer = self.system.call("query", "ListArticles", {"filter": {"any_topics": [f"topics/{TOPIC}"]}, "view": "ARTICLE_VIEW_FULL",
                                                            "include": {"topics": True}}).get("response", {})
        self.topics = {topic["name"]: topic["display_name"] for topic in answer.get("topics", [])}
        articles = answer.get("articles", [])
        return articles if len(articles) == 7 else None

    def rendered(self, name):
        return self.system.dateline("latest", TOPIC, "--format", name, "--whole", "--self-url", SELF).stdout

    def test_its_own_parser_reads_back_what_is_rendered(self):
        for name in ("rss", "atom", "jsonfeed"):
            with self.subTest(name):
                feed = json.loads(self.system.dateline("feed", "inspect", "-", "--json", stdin=self.rendered(name)).stdout)
                self.assertTrue(feed["wellFormed"])
                self.assertEqual(feed["title"], "Kazakhstan")
                self.assertEqual(feed["selfLink"], SELF)
                self.assertEqual(len(feed["entries"]), 7)
                for entry, article, link in zip(feed["entries"], self.articles, self.links):
                    self.assertEqual(entry["id"], "urn:dateline:articles:" + article["name"].removeprefix("articles/"))
                    self.assertEqual(entry["title"], article["title"])
                    self.assertEqual(entry["contentHtml"], article["body_html"])
                    self.assertEqual(entry["link"], link)
                    self.assertEqual(datetime.datetime.fromisoformat(entry["publishTime"].replace("Z", "+00:00")).timestamp(),
                                     float(article["publish_time"]["seconds"]))
                    self.assertEqual([author["name"] for author in entry["authors"]], [byline["text"] for byline in article["bylines"]])
                    self.assertEqual([category["term"] for category in entry["categories"]],
                                     [self.topics[topic["topic"]] for topic in article["topics"]])

    def test_feedparser_reads_them(self):
        for name in ("rss", "atom"):
            with self.subTest(name):
                feed = feedparser.parse(self.rendered(name))
                self.assertFalse(feed.bozo)
                self.assertIn({"rel": "self", "href": SELF}, [{"rel": link["rel"], "href": link["href"]} for link in feed.feed.links])
                self.assertEqual([entry.title for entry in feed.entries], [article["title"] for article in self.articles])
                self.assertEqual([entry.link for entry in feed.entries], self.links)
                for entry, article in zip(feed.entries, self.articles):
                    self.assertIn("A second paragraph of filler", entry.content[0].value)
                    self.assertEqual([tag.term for tag in entry.tags], [self.topics[topic["topic"]] for topic in article["topics"]])

    def test_an_unchanged_feed_is_its_etag_alone(self):
        request = {"format": "RENDER_FORMAT_ATOM", "filter": {"any_topics": [f"topics/{TOPIC}"]}}
        first = self.system.must("query", "RenderFeed", request)
        self.assertEqual(first["content_type"], "application/atom+xml; charset=utf-8")
        second = self.system.must("query", "RenderFeed", {**request, "if_none_match": first["etag"]})
        self.assertFalse(second.get("content"))
        self.assertEqual(second["etag"], first["etag"])


if __name__ == "__main__":
    unittest.main()
