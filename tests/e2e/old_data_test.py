#!/usr/bin/env python3
"""What an earlier build has left behind: its database is refused with the command that makes it anew, its replica is replaced.

`old_data` was written by the last build before the contract was cut anew: what it noted of its migrations, and the replica that it had
made of four articles of the sample publication.
"""

import gzip
import pathlib
import shutil
import unittest

import system

OLD_DATA = pathlib.Path(__file__).resolve().parent / "old_data"


class OldDatabaseTest(unittest.TestCase):
    def test_is_refused_with_the_command_that_makes_it_anew(self):
        old = system.System()
        self.addCleanup(old.__exit__)
        old.postgres("start", "--fast")
        old.sql("CREATE SCHEMA dateline_meta; CREATE TABLE dateline_meta.migrations (version integer PRIMARY KEY, name text NOT NULL, "
                "checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())")
        for line in (OLD_DATA / "migrations.tsv").read_text(encoding="utf-8").splitlines():
            version, name, checksum = line.split("\t")
            old.sql(f"INSERT INTO dateline_meta.migrations (version, name, checksum) VALUES ({version}, '{name}', '{checksum}')")
        before = old.sql("SELECT * FROM dateline_meta.migrations ORDER BY version")
        self.assertGreater(len(before), 10)
        refused = old.dateline("migrate", "--database", old.conninfo(), "--migrations", str(system.TOP / "deploy/postgres/migrations"),
                               check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("migration 2 (catalog_publications_topics_authors)", refused.stderr)
        self.assertIn("`deploy/local/down --purge && deploy/local/up`", refused.stderr)
        self.assertEqual(old.sql("SELECT * FROM dateline_meta.migrations ORDER BY version"), before, "nothing was applied")
        self.assertEqual(old.sql("SELECT count(*) FROM pg_namespace WHERE nspname IN ('catalog', 'ingestion')"), ["0"])


class OldReplicaTest(unittest.TestCase):
    def test_is_made_anew(self):
        with system.System() as new:
            new.must("catalog", "CreatePublication", {"publication_id": "daily", "publication": {"title": "Daily"}})
            new.stop("query")
            folder = new.folder / "query"
            shutil.rmtree(folder)
            (folder / "copy-1").mkdir(parents=True)
            (folder / "copy-1" / "data.mdb").write_bytes(gzip.decompress((OLD_DATA / "replica.mdb.gz").read_bytes()))
            (folder / "CURRENT").write_text("copy-1\n", encoding="ascii")
            new.start("query")
            new.wait_until_well()
            self.assertIn("another format version", new.log("query"))
            # What the catalog has is there, and nothing of what the old copy had.
            self.assertEqual(new.must("query", "GetPublication", {"name": "publications/daily"})["publication"]["title"], "Daily")
            self.assertEqual(new.must("query", "ListArticles", {}).get("articles", []), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
