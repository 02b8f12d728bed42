#!/usr/bin/env python3
"""A bulk import through the whole system: servers are killed at random while it runs, the import itself is killed and started again, and
in the end every article is there once. The seed is printed and can be given in DATELINE_SEED."""

import gzip
import json
import os
import random
import signal
import subprocess
import time
import unittest

import system

ARTICLES = 4000
# What an import has under way at most (kMaxItems of services/cli/import/importer.h): it waits for that when it is asked to stop.
UNDER_WAY = 2000


class BulkImportTest(unittest.TestCase):

    def setUp(self):
        self.system = self.enterContext(system.System())
        self.system.dateline("publication", "add", "daily")
        self.system.dateline("source", "add", "archive", "--publication", "daily", "--categories", "create")
        self.file = self.system.folder / "stories.jsonl.gz"
        self.environment = {**os.environ, "XDG_STATE_HOME": str(self.system.folder / "state")}

    def write(self, lines):
        with gzip.open(self.file, "wt", encoding="utf-8") as out:
            for line in lines:
                out.write((line if isinstance(line, str) else json.dumps(line)) + "\n")

    def story(self, number):
        return {"id": f"story-{number}", "title": f"Story {number}", "body": f"The text of story {number}. " * 40, "topics": ["Archive"],
                "date": 1_500_000_000 + 600 * number}

    def start(self, *arguments):
        command = [str(system.BIN / "dateline"), *(f"--{name}={address}" for name, address in self.system.addresses.items()), "import",
                   str(self.file), "--source", "archive", *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=self.environment)

    def run_import(self, *arguments):
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def imported(self):
        return int(self.system.sql("SELECT count(*) FROM catalog.origins")[0])

    def test_lines_that_are_not_taken_are_listed_with_their_numbers(self):
        self.write([self.story(1), "{ no JSON", {"id": "x"}, {**self.story(2), "date": "605"}, {**self.story(3), "date": "2999-01-01"},
                    self.story(4)])
        code, out, err = self.run_import()
        self.assertEqual(code, 1, err)
        self.assertIn("2 created", out)
        self.assertIn("4 rejected", out)
        for line, reason in ((2, "no JSON"), (3, ""), (4, '"605" cannot be read'), (5, "in the future")):
            self.assertRegex(err, f"stories.jsonl.gz:{line}: .*{reason}")
        # What the server refused is kept there, with the line.
        rejects = self.system.must("ingestion", "ListRejects", {"parent": "sources/archive"})["rejects"]
        self.assertEqual(sorted(int(reject["entry_position"]) for reject in rejects), [3, 5])
        # Again: nothing is doubled; for programs.
        code, out, err = self.run_import("--json")
        self.assertEqual(code, 1, err)
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([line["line"] for line in lines[:-1]], [2, 3, 4, 5])
        self.assertEqual(lines[-1]["counts"], {"created": 0, "revised": 0, "unchanged": 2, "merged": 0, "proposed": 0, "rejected": 4})
        self.assertEqual(self.imported(), 2)

    def test_a_source_that_does_not_exist_is_said_once(self):
        self.write([self.story(1)])
        code, _, err = self.run_import("--source", "nowhere")
        self.assertEqual(code, 1)
        self.assertIn("sources/nowhere does not exist", err)

    def test_an_import_that_was_killed_goes_on(self):
        articles = 3 * ARTICLES
        self.write(self.story(number) for number in range(articles))
        with self.start() as process:
            system.wait_until("some articles are imported", lambda: self.imported() > 500)
            process.kill()
        before = self.imported()
        self.assertLess(before, articles - 2 * UNDER_WAY)
        with self.start() as process:
            system.wait_until("more articles are imported", lambda: self.imported() > before + UNDER_WAY)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("stopped behind line", err)
        self.assertLess(self.imported(), articles)
        code, out, err = self.run_import()
        self.assertEqual(code, 0, err)
        self.assertIn("goes on behind line", err)
        self.check(out, articles)

    def test_servers_that_are_killed_lose_and_double_nothing(self):
        seed = int(os.environ.get("DATELINE_SEED", time.time_ns() % 1_000_000))
        print(f"seed {seed}")
        chance = random.Random(seed)
        self.write(self.story(number) for number in range(ARTICLES))
        kills = 0
        with self.start() as process:
            while process.poll() is None:
                reached = self.imported() + chance.randrange(200, ARTICLES // 6)
                system.wait_until("the import goes on", lambda: process.poll() is not None or self.imported() >= reached)
                if process.poll() is not None:
                    break
                victim = chance.choice(["ingestion", "catalog"])
                self.system.stop(victim, chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM]))
                self.system.start(victim)
                kills += 1
            out, err = process.communicate()
        print(f"{kills} kills; {out.strip()}")
        self.assertGreater(kills, 3)
        self.assertEqual(process.returncode, 0, err)
        self.check(out)

    def check(self, out, articles=ARTICLES):
        """Every story once, and each line accounted for."""
        self.assertEqual(self.system.sql("SELECT count(*), count(DISTINCT entry_id), count(DISTINCT article_key) FROM catalog.origins"),
                         [f"{articles}|{articles}|{articles}"])
        self.assertEqual(self.system.sql("SELECT count(*), max(revision) FROM catalog.articles"), [f"{articles}|1"])
        counts = {word: int(number) for number, word in (part.split() for part in out.strip().split(": ", 1)[1].split(", "))}
        self.assertEqual(counts["rejected"], 0)
        # What was taken but not acknowledged when somebody died is unchanged the second time.
        self.assertEqual(sum(counts.values()), articles, counts)
        self.assertEqual(counts["created"] + counts["unchanged"], articles, counts)


if __name__ == "__main__":
    unittest.main()
