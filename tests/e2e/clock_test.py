#!/usr/bin/env python3
"""A query server whose machine has a wrong clock: behind, it still lists what was just published; ahead, it opens nothing early."""

import base64
import time
import unittest

import system

HOUR = 3600


class ClockTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.system = cls.enterClassContext(system.System())
        cls.system.must("catalog", "CreatePublication", {"publication_id": "test", "publication": {"title": "Test"}})

    def restart(self, clock_offset):
        self.assertEqual(self.system.stop("query"), 0)
        self.system.start("query", clock_offset=clock_offset)
        self.system.wait_until_well()

    def publish(self, title, **times):
        """Delivers an article as a newsroom would, with times in seconds from now, and answers the position."""
        article = {"title": title, "body_html": f"<p>{title}</p>"}
        for field, offset in times.items():
            article[field] = {"seconds": int(time.time()) + offset}
        key = {"$bytes": base64.b64encode(title.encode()).decode()}
        answer = self.system.must("catalog", "BatchUpsertArticles", {
            "source": "sources/desk", "publication": "publications/test",
            "items": [{"article": article, "entry_id": title, "content_hash": key, "has_publish_time": True,
                       "keys": [{"kind": "IDENTITY_KIND_ENTRY", "key": key}]}]})
        self.assertEqual(answer["results"][0]["outcome"], "UPSERT_OUTCOME_CREATED", answer)
        return answer["position"]

    def titles(self, position):
        page = self.system.must("query", "ListArticles", {"filter": {"publications": ["publications/test"]}, "min_position": position})
        return [article["title"] for article in page.get("articles", [])]

    def skew(self):
        return self.system.must("query", "GetStatus", {}).get("clock_skew", {}).get("seconds", 0)

    def test_a_clock_behind_hides_nothing_that_was_just_published(self):
        self.restart("-2s")
        self.assertLess(self.skew(), 0)
        self.assertEqual(self.titles(self.publish("just now", publish_time=0))[:1], ["just now"])

    def test_a_clock_ahead_opens_nothing_early(self):
        self.publish("embargoed", publish_time=-HOUR, embargo_time=HOUR // 2)
        position = self.publish("open", publish_time=-HOUR)
        self.restart("+1h")
        self.assertGreater(self.skew(), HOUR - 60)
        titles = self.titles(position)
        self.assertIn("open", titles)
        self.assertNotIn("embargoed", titles)


if __name__ == "__main__":
    unittest.main()
