#!/usr/bin/env python3
"""An editor's day by the command: an article is drafted, scheduled, corrected, moved, pinned, withdrawn, rolled back and deleted; what
readers see after each step."""

import datetime
import json
import unittest

import system


class EditorsDayTest(unittest.TestCase):

    def setUp(self):
        self.system = self.enterContext(system.System())
        self.do("publication", "add", "daily")
        self.do("topic", "add", "rail", "--name", "Rail")
        self.do("topic", "add", "railways", "--name", "Railways")
        self.body = self.system.folder / "body.html"
        self.body.write_text("<p>The line <b>opens</b> on Monday.</p><script>x()</script>", encoding="utf-8")

    def do(self, *words):
        return self.system.dateline(*words).stdout

    def record(self, *words):
        return json.loads(self.do(*words, "--json"))

    def refused(self, *words):
        done = self.system.dateline(*words, check=False)
        self.assertEqual(done.returncode, 1, done.stdout)
        return done.stderr

    def titles(self, topic="rail"):
        answer = self.system.must("query", "ListArticles", {"filter": {"any_topics": [f"topics/{topic}"]}})
        return [article["title"] for article in answer.get("articles", [])]

    def resolve(self, path):
        answer = self.system.call("query", "ResolvePath", {"publication": "publications/daily", "path": path})
        return answer.get("response", {})

    def expect(self, titles):
        system.wait_until(f"readers see {titles}", lambda: self.titles() == titles)

    def test_from_draft_to_deletion(self):
        draft = self.record("article", "create", "daily", "--id", "line", "--title", "Line opens", "--body", str(self.body), "--topics", "rail",
                            "--path", "/line")
        self.assertEqual(draft["state"], "ARTICLE_STATE_DRAFT")
        self.assertEqual(draft["article"]["bodyHtml"], "<p>The line <b>opens</b> on Monday.</p>")
        self.assertIn("PATH_TAKEN", self.refused("article", "create", "daily", "--title", "Other", "--path", "/line"))
        self.do("article", "create", "daily", "--title", "Mark", "--topics", "rail", "--publish")
        self.expect(["Mark"])

        # Scheduled, it appears at its instant by itself.
        instant = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=3)
        self.assertIn("in the future", self.refused("article", "schedule", "line", "2020-01-01T00:00:00Z"))
        self.do("article", "schedule", "line", instant.isoformat())
        self.expect(["Line opens", "Mark"])
        self.assertGreaterEqual(datetime.datetime.now(datetime.timezone.utc), instant)
        self.assertEqual(self.resolve("/line")["article"]["title"], "Line opens")

        # A draft beside it changes nothing for readers; a correction does.
        self.do("article", "update", "line", "--title", "Line opens late", "--reason", "date")
        self.assertIn("Line opens late", self.do("article", "revisions", "line"))
        listed = self.do("article", "list", "--filter", "state = PUBLISHED AND topic:topics/rail", "--order", "publish_time")
        self.assertEqual([line.split("\t")[-1] for line in listed.splitlines()], ["Mark", "Line opens"])
        self.assertEqual(self.titles(), ["Line opens", "Mark"])
        self.do("article", "publish", "line", "--major", "The date has moved.")
        self.expect(["Line opens late", "Mark"])

        # At another path, the old one leads there.
        self.do("article", "update", "line", "--path", "/line-opens", "--publish")
        system.wait_until("the old path leads on", lambda: self.resolve("/line").get("redirect", {}).get("target") == "/line-opens")
        self.assertEqual(self.resolve("/line-opens")["article"]["title"], "Line opens late")

        # The topic is merged; the article is pinned on the one that stays.
        self.do("topic", "merge", "railways", "rail")
        system.wait_until("articles stand in the topic that stays", lambda: self.titles("railways") == ["Line opens late", "Mark"])
        self.do("topic", "pin", "railways", "line")
        pinned = self.system.must("catalog", "GetPinnedArticles", {"topic": "topics/railways"})
        self.assertEqual(pinned["articles"], ["articles/line"])

        # Withdrawn, a notice stands in its place; published again, it is back as it was.
        self.do("article", "withdraw", "line", "--notice", "Under review.", "--reason", "complaint")
        self.expect(["Mark"])
        system.wait_until("a notice stands there", lambda: self.resolve("/line-opens").get("notice", {}).get("text") == "Under review.")
        self.do("article", "publish", "line")
        self.expect(["Line opens late", "Mark"])

        self.do("article", "rollback", "line", "1", "--publish")
        self.expect(["Line opens", "Mark"])
        self.do("article", "delete", "line")
        self.expect(["Mark"])
        self.assertEqual(self.resolve("/line-opens"), {})
        self.do("article", "undelete", "line")
        self.expect(["Line opens", "Mark"])

        methods = [line.split("\t")[2] for line in self.do("audit", "articles/line").splitlines()]
        self.assertEqual(methods, ["UndeleteArticle", "DeleteArticle", "RollbackArticle", "PublishArticle", "WithdrawArticle", "UpdateArticle",
                                   "PublishArticle", "UpdateArticle", "ScheduleArticle", "CreateArticle"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
