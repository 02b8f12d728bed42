#!/usr/bin/env python3
"""The operator's command suggests topics while their names are typed, and explains why an article is in a list or is not."""

import base64
import datetime
import time
import unittest

import system

HOUR = 3600


class SuggestTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.system = cls.enterClassContext(system.System())
        cls.system.must("catalog", "CreatePublication", {"publication_id": "daily", "publication": {"title": "Daily"}})

    def topic(self, topic_id, display_name, **fields):
        """Creates a topic and answers the position."""
        return self.system.must("catalog", "CreateTopic", {"topic_id": topic_id, "topic": {"display_name": display_name, **fields}})["position"]

    def publish(self, title, topic, **times):
        """Delivers an article with times in seconds since 1970, and answers its name and the position."""
        key = {"$bytes": base64.b64encode(title.encode()).decode()}
        article = {"title": title, "body_html": f"<p>{title}</p>", "topics": [{"topic": f"topics/{topic}"}],
                   **{field: {"seconds": seconds} for field, seconds in times.items()}}
        answer = self.system.must("catalog", "BatchUpsertArticles", {
            "source": "sources/desk", "publication": "publications/daily",
            "items": [{"article": article, "entry_id": title, "content_hash": key, "has_publish_time": True,
                       "keys": [{"kind": "IDENTITY_KIND_ENTRY", "key": key}]}]})
        return answer["results"][0]["article"], answer["position"]

    def suggested(self, *words):
        return [line.split("\t")[0] for line in self.system.dateline("suggest", *words).stdout.splitlines()]

    def explained(self, *words):
        return self.system.dateline("explain", *words).stdout.splitlines()

    def test_topics_are_found_by_any_of_their_names_the_most_used_first(self):
        self.topic("sankt-peter", "Sankt Peter-Ording")
        self.topic("sao-paulo", "São Paulo", display_names={"de": "Sankt Paul"}, aliases=["Sampa"])
        _, position = self.publish("Carnival", "sao-paulo")
        for typed in ("sao p", "PAULO", "Sampa"):
            self.assertEqual(self.suggested(typed, "--min-position", position), ["topics/sao-paulo"], typed)
        self.assertEqual(self.suggested("ording"), ["topics/sankt-peter"])
        self.assertEqual(self.suggested("sankt"), ["topics/sao-paulo", "topics/sankt-peter"])
        self.assertEqual(self.suggested("sankt", "-n", "1"), ["topics/sao-paulo"])
        self.assertEqual(self.suggested("sankt", "--language", "fr"), ["topics/sankt-peter"])

    def test_a_merged_topic_is_suggested_as_its_target(self):
        self.topic("iran", "Iran")
        position = self.topic("persia", "Persia")
        self.assertEqual(self.suggested("pers", "--min-position", position), ["topics/persia"])
        self.system.dateline("topic", "merge", "iran", "persia")
        system.wait_until("its name leads to the target", lambda: self.suggested("pers") == ["topics/iran"])

    def test_a_listing_is_explained_with_the_instant_at_which_it_turns(self):
        self.topic("asia", "Asia")
        self.topic("kazakhstan", "Kazakhstan", parents=["topics/asia"])
        turn = int(time.time()) + HOUR
        name, position = self.publish("Embargoed", "kazakhstan", publish_time=turn - 2 * HOUR, embargo_time=turn)
        at = datetime.datetime.fromtimestamp(turn, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        told = self.explained(name, "asia", "--min-position", position)
        self.assertEqual(told[0], "not listed")
        self.assertIn(f"  no   embargo_time has come ({at})", told)
        self.assertIn("  no   has topics/asia", told)
        told = self.explained(name, "asia", "--descendants", "--as-of", at, "--filter", "has_image AND publish_time < 2999-01-01")
        self.assertEqual(told[0], "not listed")
        self.assertIn(f"  yes  embargo_time has come ({at})", told)
        self.assertIn("  yes  has topics/asia or a topic below it", told)
        self.assertIn("  no   matches has_image", told)
        self.assertIn("  yes  matches publish_time < 2999-01-01", told)
        self.assertEqual(self.explained(name, "kazakhstan", "--as-of", at)[0], "listed")
        self.assertEqual(self.system.dateline("explain", "none", check=False).returncode, 1)


if __name__ == "__main__":
    unittest.main()
