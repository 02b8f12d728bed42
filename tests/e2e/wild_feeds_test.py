#!/usr/bin/env python3
"""Every feed of the shared collection goes through `dateline ingest`: no crash, no hang, each entry of RSS 2.0 and Atom 1.0 accounted for;
a second time nothing changes and no article doubles."""

import csv
import json
import pathlib
import tarfile
import tempfile
import unittest
from concurrent import futures

import system

# What is not read yet must be refused with this reason, never dropped in silence.
UNREAD = "UNKNOWN_FORMAT"
READ = ("rss2.0", "atom1.0", "atom-other")
TAKEN = ("UPSERT_OUTCOME_CREATED", "UPSERT_OUTCOME_REVISED", "UPSERT_OUTCOME_UNCHANGED", "UPSERT_OUTCOME_MERGED")
REFUSED = "UPSERT_OUTCOME_REJECTED"


class WildFeedsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.system = cls.enterClassContext(system.System())
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="dateline-feeds."))

    def feeds(self):
        """(source id, file, row of the manifest) of every feed."""
        shared = system.shared_data(self, "wild-feeds")
        with tarfile.open(shared / "feeds.tar.xz") as archive:
            archive.extractall(self.folder)
        with open(shared / "MANIFEST.tsv", encoding="utf-8") as manifest:
            rows = list(csv.DictReader(manifest, delimiter="\t", quoting=csv.QUOTE_NONE))
        self.assertEqual(len(rows), 183)
        return [(f"feed-{number}", pathlib.Path(self.folder, "feeds", row["file"]), row) for number, row in enumerate(rows)]

    def make_sources(self, feeds):
        """One publication and source a feed: ids of entries are a source's own, and two feeds may well carry the same article."""
        for source, _, _ in feeds:
            self.system.must("catalog", "CreatePublication", {"publication_id": source, "publication": {"title": source}})
            self.system.must("ingestion", "CreateSource", {
                "source_id": source, "source": {"publication": f"publications/{source}", "topics": {"unknown": "UNKNOWN_CATEGORIES_CREATE"}}})

    def ingest(self, feed):
        """The answer as JSON, or None for a document that was refused as a whole."""
        source, file, row = feed
        result = self.system.dateline("ingest", str(file), "--source", source, "--json", check=False)
        if result.stdout:
            return json.loads(result.stdout)
        self.assertEqual(result.returncode, 1, f"{row['file']}: {result.stderr}")
        self.assertIn("[", result.stderr, f"{row['file']}: no reason in {result.stderr}")
        return result.stderr

    def ingest_all(self, feeds):
        with futures.ThreadPoolExecutor(4) as pool:
            return list(pool.map(self.ingest, feeds))

    def check_first(self, row, answer):
        if isinstance(answer, str):
            if row["format"] in READ and int(row["entries"]) > 0:
                self.fail(f"{row['file']}: {answer}")
            return
        for entry in answer.get("entries", []):
            if entry["outcome"] in TAKEN:
                self.assertTrue(entry["article"].startswith("articles/"), entry)
            else:
                self.assertEqual(entry["outcome"], REFUSED, entry)
                self.assertTrue(entry["error"]["message"], entry)
        if row["format"] in READ:
            self.assertGreaterEqual(len(answer.get("entries", [])), int(row["entries"]), row["file"])

    def check_second(self, row, first, second):
        if isinstance(first, str):
            self.assertEqual(first, second, row["file"])
            return
        articles = [entry.get("article") for entry in first.get("entries", [])]
        self.assertEqual(articles, [entry.get("article") for entry in second.get("entries", [])], row["file"])
        for entry in second.get("entries", []):
            self.assertIn(entry["outcome"], ("UPSERT_OUTCOME_UNCHANGED", REFUSED), f"{row['file']}: {entry}")

    def count_articles(self):
        return self.system.must("catalog", "GetStatus", {}).get("articles", 0)

    def test_all_feeds_twice(self):
        feeds = self.feeds()
        self.make_sources(feeds)
        first = self.ingest_all(feeds)
        articles = self.count_articles()
        refused = sum(isinstance(answer, str) for answer in first)
        taken = sum(entry["outcome"] in TAKEN for answer in first if not isinstance(answer, str) for entry in answer.get("entries", []))
        print(f"{len(feeds)} documents, {refused} refused as a whole; {taken} entries taken, {articles} articles")
        for (_, file, row), answer in zip(feeds, first):
            with self.subTest(feed=row["file"], size=file.stat().st_size):
                self.check_first(row, answer)
        self.assertGreater(articles, 1500)

        second = self.ingest_all(feeds)
        for (_, _, row), one, two in zip(feeds, first, second):
            with self.subTest(feed=row["file"], time="second"):
                self.check_second(row, one, two)
        self.assertEqual(self.count_articles(), articles)


if __name__ == "__main__":
    unittest.main()
