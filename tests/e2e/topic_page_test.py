#!/usr/bin/env python3
"""A real feed goes in, and three clients get the same topic page out, byte for byte: the operator's command, buf by reflection, and a
Node client that knows nothing but the protos."""

import unittest

import system


def page_text(topic, articles):
    """The page as text, from an answer in JSON."""
    lines = [f"Latest Articles about {topic}"]
    for article in articles:
        lines += ["", article["title"], "", article["teaser"]["text"] + (" MORE" if article["teaser"].get("truncated") else "")]
    return "\n".join(lines) + "\n"


class TopicPageTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.system = cls.enterClassContext(system.System())

    def setUp(self):
        folder = system.shared_data(self, "topic-page")
        self.expected = (folder / "expected.txt").read_text(encoding="utf-8")
        # Reading with the position of the write shows all of it, however far the replica is.
        self.system.dateline("ingest", str(folder / "feed.xml"))
        answer = self.system.must("catalog", "GetTopic", {"name": "topics/kazakhstan"})
        self.assertEqual(answer["topic"]["display_name"], "Kazakhstan")
        system.wait_until("the replica lists all seven articles", lambda: len(self.list_by_node()) == 7)

    def list_by_node(self):
        answer = self.system.call("query", "ListArticles", {"filter": {"any_topics": ["topics/kazakhstan"]}})
        return answer.get("response", {}).get("articles", [])

    def test_the_operators_command_prints_the_page(self):
        self.assertEqual(self.system.dateline("latest", "kazakhstan").stdout, self.expected)

    def test_buf_gets_the_page_by_reflection(self):
        page = self.system.buf_curl("query", "GetTopicPage", {"topic": "topics/kazakhstan"})
        self.assertEqual(page_text(page["topic"]["displayName"], page["articles"]), self.expected)

    def test_a_node_client_gets_the_page(self):
        page = self.system.must("query", "GetTopicPage", {"topic": "topics/kazakhstan"})
        self.assertEqual(page_text(page["topic"]["display_name"], page["articles"]), self.expected)
        self.assertEqual(page["total"], {"size": 7, "exactness": "EXACTNESS_EXACT"})

    def test_a_node_client_pages_through_the_list(self):
        names, token = [], ""
        while True:
            page = self.system.must("query", "ListArticles", {"filter": {"any_topics": ["topics/kazakhstan"]}, "page_size": 3,
                                                              "page_token": token})
            names += [article["name"] for article in page.get("articles", [])]
            token = page.get("next_page_token", "")
            if not token:
                break
        self.assertEqual(names, [article["name"] for article in self.list_by_node()])
        self.assertEqual(len(set(names)), 7)

    def test_an_article_is_found_by_name_and_by_path(self):
        listed = self.list_by_node()[0]
        by_name = self.system.must("query", "GetArticle", {"name": listed["name"]})["article"]
        by_path = self.system.must("query", "GetArticle", {"path": listed["path"], "publication": listed["publication"]})["article"]
        self.assertEqual(by_name, by_path)
        self.assertTrue(by_name["body_html"])

    def test_reading_with_the_writes_position_shows_the_write(self):
        topic = self.system.must("catalog", "CreateTopic", {"topic_id": "just-made", "topic": {"display_name": "Just made"}})
        page = self.system.must("query", "GetTopicPage", {"topic": "topics/just-made", "min_position": topic["position"]})
        self.assertEqual(page["topic"]["display_name"], "Just made")


if __name__ == "__main__":
    unittest.main()
