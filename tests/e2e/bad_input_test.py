#!/usr/bin/env python3
"""Bad input gets a clear answer: a code, one ErrorInfo with its reason, and the field where there is one."""

import base64
import unittest

import system

TOPIC = "topics/weather"
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>https://feed.example/</link>%s</channel></rss>"""
ITEM = ("<item><title>Item %d</title><link>https://feed.example/%d</link><guid>%d</guid><category>Weather</category>"
        "<description>Rain.</description></item>")
ENTITY_BOMB = ('<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">'
               + "".join(f'<!ENTITY {name} "{f"&{inner};" * 40}">' for inner, name in zip("abcde", "bcdef"))
               + ']><rss version="2.0"><channel><title>&f;</title><item><title>&f;</title></item></channel></rss>')


def document(content):
    return {"source": "sources/test", "document": {"$bytes": base64.b64encode(content.encode()).decode()}}


class BadInputTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.system = cls.enterClassContext(system.System())
        cls.system.must("catalog", "CreatePublication", {"publication_id": "test", "publication": {"title": "Test"}})
        cls.system.must("ingestion", "CreateSource", {
            "source_id": "test", "source": {"publication": "publications/test", "topics": {"unknown": "UNKNOWN_CATEGORIES_CREATE"}}})
        answer = cls.system.must("ingestion", "IngestDocument", document(FEED % "".join(ITEM % (n, n, n) for n in range(30))))
        cls.position = answer["position"]

    def fails(self, service, method, request, code, *reasons):
        answer = self.system.call(service, method, request)
        self.assertEqual(answer.get("code"), code, answer)
        self.assertIn(system.reason_of(answer), reasons, answer)
        self.assertTrue(answer["message"])
        return answer

    def names_field(self, answer, field):
        violations = system.detail_of(answer, "BadRequest")["field_violations"]
        self.assertEqual([violation["field"] for violation in violations], [field])
        self.assertTrue(violations[0]["description"])

    def list(self, **arguments):
        return {"filter": {"any_topics": [TOPIC]}, "min_position": self.position, **arguments}

    def test_an_unknown_topic_is_not_found(self):
        answer = self.fails("query", "GetTopicPage", {"topic": "topics/nowhere"}, "NOT_FOUND", "RESOURCE_NOT_FOUND")
        self.assertEqual(system.detail_of(answer, "ResourceInfo")["resource_name"], "topics/nowhere")

    def test_a_negative_page_size_is_refused(self):
        for method, request in (("ListArticles", self.list(page_size=-1)), ("GetTopicPage", {"topic": TOPIC, "page_size": -1})):
            with self.subTest(method=method):
                self.names_field(self.fails("query", method, request, "INVALID_ARGUMENT", "INVALID_FIELD"), "page_size")

    def test_a_large_page_size_is_lowered(self):
        page = self.system.must("query", "ListArticles", self.list(page_size=10000))
        self.assertEqual(len(page["articles"]), 30)

    def test_a_forged_page_token_is_refused(self):
        token = self.system.must("query", "ListArticles", self.list())["next_page_token"]
        flipped = ("A" if token[len(token) // 2] != "A" else "B").join((token[:len(token) // 2], token[len(token) // 2 + 1:]))
        for forged in ("nonsense", "!", flipped):
            with self.subTest(token=forged):
                self.fails("query", "ListArticles", self.list(page_token=forged), "INVALID_ARGUMENT", "INVALID_PAGE_TOKEN")

    def test_a_page_token_with_other_arguments_is_refused(self):
        token = self.system.must("query", "ListArticles", self.list())["next_page_token"]
        self.fails("query", "ListArticles", {"page_token": token}, "INVALID_ARGUMENT", "PAGE_TOKEN_MISMATCH")

    def test_a_position_that_nobody_gave_is_refused(self):
        self.fails("query", "ListArticles", {"min_position": "nonsense"}, "INVALID_ARGUMENT", "INVALID_POSITION", "INVALID_FIELD")

    def test_a_document_over_the_limit_is_refused(self):
        # 16.5 MiB still fits a message, so the service itself says why; 20 MiB does not, and the transport refuses it.
        request = {"source": "sources/test", "document": {"$zeros": 16 * 2**20 + 2**19}}
        self.names_field(self.fails("ingestion", "IngestDocument", request, "INVALID_ARGUMENT", "INVALID_FIELD"), "document")
        answer = self.system.call("ingestion", "IngestDocument", {**request, "document": {"$zeros": 20 * 2**20}})
        self.assertEqual(answer.get("code"), "RESOURCE_EXHAUSTED", answer)

    def test_what_is_no_feed_is_refused(self):
        for content in ("", "plain words", "<html><body><p>A page</p></body></html>", "\x00\x01\x02"):
            with self.subTest(content=content):
                self.fails("ingestion", "IngestDocument", document(content), "INVALID_ARGUMENT", "UNKNOWN_FORMAT", "INVALID_FIELD")

    def test_an_entity_bomb_is_refused(self):
        self.fails("ingestion", "IngestDocument", document(ENTITY_BOMB), "INVALID_ARGUMENT", "ENTITY_EXPANSION")

    def test_an_unknown_source_is_not_found(self):
        request = {**document(FEED % ""), "source": "sources/nowhere"}
        self.fails("ingestion", "IngestDocument", request, "NOT_FOUND", "RESOURCE_NOT_FOUND")

    def test_a_topic_is_made_once(self):
        topic = {"topic_id": "twice", "topic": {"display_name": "Twice"}}
        self.system.must("catalog", "CreateTopic", topic)
        self.fails("catalog", "CreateTopic", {**topic, "topic": {"display_name": "Other"}}, "ALREADY_EXISTS", "RESOURCE_EXISTS")

    def test_a_source_needs_a_publication(self):
        answer = self.fails("ingestion", "CreateSource", {"source_id": "orphan", "source": {}}, "INVALID_ARGUMENT", "INVALID_FIELD")
        self.names_field(answer, "source.publication")

    def test_the_operators_command_names_the_reason(self):
        result = self.system.dateline("latest", "nowhere", check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn("NOT_FOUND", result.stderr)
        self.assertIn("[RESOURCE_NOT_FOUND]", result.stderr)


if __name__ == "__main__":
    unittest.main()
