#!/usr/bin/env python3
"""`dateline status --verify` compares the replica with the catalog. Behind the log's back the catalog is changed, in each kind of field, so
that the replica cannot know: each difference is named, and nothing else."""

import json
import unittest

import system

# What is planted, by statements with their undoing; and what is said of it.
PLANTS = {
    "a field of the live revision": (
        r"UPDATE catalog.article_revisions SET snapshot = snapshot || '\x4203616263' WHERE article_key = {a1}",
        r"UPDATE catalog.article_revisions SET snapshot = substr(snapshot, 1, length(snapshot) - 5) WHERE article_key = {a1}",
        ["articles/a1: live revision differs"]),
    "a version": (
        "UPDATE catalog.articles SET version = version + 1 WHERE id = 'a1'",
        "UPDATE catalog.articles SET version = version - 1 WHERE id = 'a1'",
        ["articles/a1: version is"]),
    "a digest": (
        "UPDATE catalog.articles SET digest = digest + 1 WHERE id = 'a1'",
        "UPDATE catalog.articles SET digest = digest - 1 WHERE id = 'a1'",
        ["articles/a1: the catalog's digest differs"]),
    "an article's topics": (
        "UPDATE catalog.article_topics SET topic_key = {t2} WHERE article_key = {a1}",
        "UPDATE catalog.article_topics SET topic_key = {t1} WHERE article_key = {a1}",
        ["articles/a1: state differs"]),
    "when a scheduled revision comes into force": (
        "UPDATE catalog.articles SET schedule_time = schedule_time + interval '1 second' WHERE id = 'a2'",
        "UPDATE catalog.articles SET schedule_time = schedule_time - interval '1 second' WHERE id = 'a2'",
        ["articles/a2: state differs"]),
    "a field of the scheduled revision": (
        r"UPDATE catalog.article_revisions SET snapshot = snapshot || '\x4203616263' WHERE article_key = {a2} AND number = 2",
        "UPDATE catalog.article_revisions SET snapshot = substr(snapshot, 1, length(snapshot) - 5) WHERE article_key = {a2} AND number = 2",
        ["articles/a2: scheduled revision differs"]),
    "a withdrawal": (
        "UPDATE catalog.articles SET state = 6 WHERE id = 'a1'",
        "UPDATE catalog.articles SET state = 2 WHERE id = 'a1'",
        ["articles/a1: state differs"]),
    "a topic": (
        r"UPDATE catalog.topics SET message = message || '\x4203616263' WHERE id = 't1'",
        "UPDATE catalog.topics SET message = substr(message, 1, length(message) - 5) WHERE id = 't1'",
        ["topics/t1: state differs"]),
    "a topic that the replica does not have": (
        "INSERT INTO catalog.topics (id, version, digest, state, kind, folded, message) "
        "SELECT 'planted', version, digest, state, kind, 'planted', message FROM catalog.topics WHERE id = 't1'",
        "DELETE FROM catalog.topics WHERE id = 'planted'",
        ["topics/planted: is in the catalog only"]),
    "pins that only the replica has": (
        "CREATE TABLE public.planted AS SELECT * FROM catalog.pins; DELETE FROM catalog.pins",
        "INSERT INTO catalog.pins SELECT * FROM public.planted",
        ["pins of topics/t1: is in the replica only"]),
}


class VerifyTest(unittest.TestCase):

    def setUp(self):
        self.system = self.enterContext(system.System())
        must = self.system.must
        must("catalog", "CreatePublication", {"publication_id": "daily", "publication": {"title": "Daily"}})
        for topic in ("t1", "t2"):
            must("catalog", "CreateTopic", {"topic_id": topic, "topic": {"display_name": topic}})
        for name in ("a1", "a2"):
            must("catalog", "CreateArticle", {"article_id": name, "publish": True, "article": {
                "publication": "publications/daily", "title": name, "body_html": "<p>Text</p>", "topics": [{"topic": "topics/t1"}]}})
        must("catalog", "UpdateArticle", {"article": {"name": "articles/a2", "title": "Later"}, "update_mask": {"paths": ["title"]}})
        must("catalog", "ScheduleArticle", {"name": "articles/a2", "schedule_time": {"seconds": 4_000_000_000}})
        must("catalog", "SetPinnedArticles", {"topic": "topics/t1", "articles": ["articles/a1"]})
        self.keys = {row.split("|")[0]: row.split("|")[1] for row in self.system.sql(
            "SELECT id || '|' || key FROM catalog.articles UNION SELECT id || '|' || key FROM catalog.topics")}

    def verified(self):
        """The lines that name a difference."""
        result = self.system.dateline("status", "--verify", check=False)
        lines = [line.strip() for line in result.stdout.splitlines() if line.startswith("  ")]
        self.assertEqual(result.returncode != 0, bool(lines), result.stdout + result.stderr)
        self.assertIn("THE REPLICA DIFFERS" if lines else "the replica equals the catalog", result.stdout)
        return lines

    def test_names_what_was_planted(self):
        self.assertEqual(self.verified(), [])
        for what, (plant, undo, said) in PLANTS.items():
            with self.subTest(what):
                self.system.sql(plant.format(**self.keys))
                lines = self.verified()
                self.assertEqual(len(lines), len(said), lines)
                for line, begin in zip(lines, said):
                    self.assertTrue(line.startswith(begin.format(**self.keys)), line)
                self.system.sql(undo.format(**self.keys))
                self.assertEqual(self.verified(), [])

    def test_says_it_in_json(self):
        status = json.loads(self.system.dateline("status", "--verify", "--json").stdout)
        self.assertTrue(status["verify"]["equal"])
        self.assertGreaterEqual(status["verify"]["resources"], 6)
        self.assertGreater(status["verify"]["entries"], 20)
        self.system.sql("UPDATE catalog.articles SET digest = digest + 1 WHERE id = 'a1'")
        result = self.system.dateline("status", "--verify", "--json", check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertEqual(json.loads(result.stdout)["verify"]["differences"],
                         [{"resource": "articles/a1", "what": "the catalog's digest differs"}])

    def test_needs_both_servers(self):
        self.assertEqual(self.system.stop("query"), 0)
        result = self.system.dateline("status", "--verify", check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertRegex(result.stdout, r"verify +UNAVAILABLE")


if __name__ == "__main__":
    unittest.main(verbosity=2)
