#!/usr/bin/env python3
"""The operator's command follows a list: over a kill of the query server, by the passing of time, from a position; and keeps a copy of it."""

import signal
import subprocess
import threading
import time
import unittest

import system


class Watch:
    """`dateline watch` as a process; its lines as they come."""

    def __init__(self, dateline, *arguments):
        command = [str(system.BIN / "dateline"), f"--query={dateline.addresses['query']}", "watch", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
        self.lines = []
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n").split("\t"))

    def wait_for(self, line):
        system.wait_until(f"the watch tells {line}", lambda: line in self.lines)

    def end(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        self.process.stderr.close()


class FollowTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.system = cls.enterClassContext(system.System())
        cls.system.must("catalog", "CreatePublication", {"publication_id": "paper", "publication": {"title": "Paper"}})
        topic = cls.system.must("catalog", "CreateTopic", {"topic_id": "rain", "topic": {"display_name": "Rain"}})
        cls.system.must("query", "ListArticles", {"min_position": topic["position"]})

    def write(self, name, **fields):
        return self.system.must("catalog", "CreateArticle", {
            "article_id": name, "publish": True,
            "article": {"publication": "publications/paper", "title": name, "body_html": "<p>Words.</p>", "path": f"/{name}",
                        "topics": [{"topic": "topics/rain"}], **fields}})["position"]

    def test_a_watch_goes_on_over_a_kill_and_from_a_position(self):
        position = self.write("before")
        self.system.must("query", "ListArticles", {"min_position": position})
        watch = Watch(self.system, "rain", "--position", position)
        self.addCleanup(watch.end)
        self.write("first")
        watch.wait_for(["ENTERED", "articles/first", "first"])
        self.system.stop("query", how=signal.SIGKILL)
        self.write("second")
        self.system.start("query")
        watch.wait_for(["ENTERED", "articles/second", "second"])
        self.system.must("catalog", "WithdrawArticle", {"name": "articles/first", "withdrawal": {"kind": "WITHDRAWAL_KIND_GONE"}})
        watch.wait_for(["LEFT", "articles/first", "WITHDRAWN"])
        self.assertIsNone(watch.process.poll())
        # Whoever comes later is told all of it from the same position.
        again = Watch(self.system, "rain", "--position", position)
        self.addCleanup(again.end)
        again.wait_for(["ENTERED", "articles/second", "second"])

    def test_what_time_turns_is_told(self):
        watch = Watch(self.system, "rain", "--position", self.write("seen"))
        self.addCleanup(watch.end)
        now = int(time.time())
        self.write("embargoed", embargo_time={"seconds": now + 4}, expire_time={"seconds": now + 7})
        watch.wait_for(["ENTERED", "articles/embargoed", "embargoed"])
        self.assertGreaterEqual(time.time(), now + 4)
        watch.wait_for(["LEFT", "articles/embargoed", "EXPIRED"])

    def test_a_copy_is_kept_by_its_token(self):
        position = self.write("kept")
        first = [line.split("\t") for line in self.system.dateline("sync", "rain", "--min-position", position).stdout.splitlines()]
        self.assertIn(["keep", "articles/kept", "kept"], first)
        withdrawn = self.system.must("catalog", "WithdrawArticle", {"name": "articles/kept", "withdrawal": {"kind": "WITHDRAWAL_KIND_GONE"}})
        added = self.write("added")
        self.assertTrue(withdrawn["position"])
        delta = [line.split("\t") for line in
                 self.system.dateline("sync", "--token", first[-1][1], "--min-position", added).stdout.splitlines()]
        self.assertEqual(sorted(delta[:-1]), [["drop", "articles/kept", "WITHDRAWN"], ["keep", "articles/added", "added"]])
        last = self.system.dateline("sync", "--token", delta[-1][1]).stdout.splitlines()
        self.assertEqual([line.split("\t")[0] for line in last], ["token"])


if __name__ == "__main__":
    unittest.main()
