#!/usr/bin/env python3
"""A takedown, the whole way: an article that came by a feed and one that an editor wrote are erased, the query server acknowledges both, and
then no file of it and no table has a byte of their text. The feed does not bring its article back."""

import threading
import unittest
from http import server

import system

MARKER = "Zanzibar quagga paradox"
# A word of it as a search index has it too, folded and stemmed.
MARKER_WORD = b"quagga"
FEED = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Wire</title><link>http://wire.example/</link>
<description>Wire</description><item><title>{marker} in the title</title><link>http://wire.example/1</link>
<guid isPermaLink="false">wire-1</guid><pubDate>Mon, 01 Jun 2026 09:00:00 GMT</pubDate>
<description>&lt;p&gt;First sentence. This is the {marker} of the body.&lt;/p&gt;</description></item>
<item><title>What stays</title><link>http://wire.example/stays</link><guid isPermaLink="false">wire-stays</guid>
<pubDate>Mon, 01 Jun 2026 08:00:00 GMT</pubDate><description>Nothing of it goes.</description></item></channel></rss>"""


class FeedServer:
    """A feed on loopback. Use as a context manager."""

    def __init__(self):
        self.document = FEED.format(marker=MARKER).encode()
        feed = self

        class Handler(server.BaseHTTPRequestHandler):
            def do_GET(self):
                found = self.path == "/feed.xml"
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "application/rss+xml")
                self.end_headers()
                self.wfile.write(feed.document if found else b"")

            def log_message(self, *_):
                pass

        self._server = server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/feed.xml"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class TakedownTest(unittest.TestCase):

    def setUp(self):
        self.system = self.enterContext(system.System())
        self.feed = self.enterContext(FeedServer())
        self.system.stop("ingestion")
        self.system.start("ingestion", "--allow-networks", "127.0.0.0/8", "--poll=false")
        self.system.wait_until_well()
        self.system.must("catalog", "CreatePublication", {"publication_id": "wire", "publication": {"title": "Wire"}})
        day = {"seconds": 86400}
        self.system.must("ingestion", "CreateSource", {"source_id": "wire", "source": {
            "publication": "publications/wire", "url": self.feed.url,
            "polling": {"min_interval": day, "max_interval": day}}})

    def articles(self):
        answer = self.system.call("query", "ListArticles", {})
        return {article["title"]: article["name"] for article in answer.get("response", {}).get("articles", [])}

    def receipts(self):
        return self.system.must("catalog", "ListTakedownReceipts", {"page_size": 100}).get("receipts", [])

    def poll(self):
        return self.system.must("ingestion", "PollSource", {"name": "sources/wire"})["fetch"]

    def files_with_marker(self, folder="query"):
        """Files of the query server that have the marker's word, in any case."""
        found = []
        for path in (self.system.folder / folder).rglob("*"):
            try:
                if path.is_file() and MARKER_WORD in path.read_bytes().lower():
                    found.append(str(path))
            except FileNotFoundError:
                pass  # The index is written anew meanwhile.
        return found

    def columns_with_marker(self):
        """What columns have the marker, and in how many rows. PostgreSQL undoes its own compression of values."""
        counts = []
        for line in self.system.sql(
                "SELECT c.table_schema, c.table_name, c.column_name, c.data_type FROM information_schema.columns c "
                "JOIN information_schema.tables t USING (table_schema, table_name) "
                "WHERE c.table_schema IN ('catalog', 'ingestion', 'query') AND t.table_type = 'BASE TABLE'"):
            schema, table, column, kind = line.split("|")
            value = f'"{column}"' if kind == "bytea" else f"convert_to(\"{column}\"::text, 'UTF8')"
            counts.append(f"SELECT '{schema}.{table}.{column}' AS name, count(*) FROM {schema}.{table} "
                          f"WHERE position(convert_to('{MARKER}', 'UTF8') IN {value}) > 0")
        return self.system.sql(f"SELECT * FROM ({' UNION ALL '.join(counts)}) AS counts WHERE count > 0")

    def relations_with_marker(self):
        """Tables whose files have the marker as it is, in what was deleted too."""
        return self.system.sql(
            "SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname IN ('catalog', 'ingestion', 'query', 'pg_toast') AND c.relkind IN ('r', 't') "
            f"AND position(convert_to('{MARKER}', 'UTF8') IN pg_read_binary_file(pg_relation_filepath(c.oid))) > 0")

    def test_after_all_receipts_nothing_is_left(self):
        self.assertEqual(self.poll()["counts"]["created"], 2)
        # A version that is too large is refused, and kept by ingestion.
        first = self.feed.document
        self.feed.document = first.replace(b"First", b"Much " * 500_000 + b"First")
        self.assertEqual(self.poll()["counts"].get("rejected"), 1)
        self.assertIn("ingestion.rejects.content|1", self.columns_with_marker())
        body = self.system.folder / "body.html"
        body.write_text(f"<p>An editor wrote the {MARKER} too.</p>", encoding="utf-8")
        self.system.dateline("article", "create", "wire", "--title", f"By hand, {MARKER}", "--body", str(body), "--path", "/by-hand", "--publish",
                             "--id", "by-hand")
        self.system.dateline("article", "update", "by-hand", "--title", f"By hand again, {MARKER}", "--publish")
        wire = f"{MARKER} in the title"
        titles = {wire, "What stays", f"By hand again, {MARKER}"}
        system.wait_until("readers see all three", lambda: set(self.articles()) == titles)
        taken_down = {self.articles()[wire], "articles/by-hand"}
        self.assertNotEqual(self.files_with_marker(), [])
        system.wait_until("the search index has it", lambda: self.files_with_marker("query/search"))

        for name in sorted(taken_down):
            self.system.dateline("article", "takedown", name.removeprefix("articles/"), "--reason", "court order")
        system.wait_until("readers see what stays", lambda: set(self.articles()) == {"What stays"})
        system.wait_until("every receipt is there", lambda: self.receipts() and all("acknowledge_time" in one for one in self.receipts()),
                          seconds=150)
        receipts = self.receipts()
        consumers = {one["consumer"] for one in receipts}
        self.assertEqual({(one["article"], one["consumer"]) for one in receipts}, {(name, who) for name in taken_down for who in consumers})
        self.assertEqual({who.split("-")[0] for who in consumers}, {"consumers/query", "consumers/ingestion"}, receipts)
        self.assertEqual([one for one in receipts if one.get("overdue")], [])
        self.assertEqual(self.files_with_marker(), [])

        # The next poll has it once more, as a new version, and what is said of that has nothing of it either.
        self.feed.document = first.replace(b"First", b"Second")
        self.assertEqual(self.poll()["counts"].get("rejected"), 1)
        self.assertEqual(set(self.articles()), {"What stays"})
        reasons = [reject["error"]["message"] for reject in self.system.must("ingestion", "ListRejects", {"parent": "sources/wire"})["rejects"]]
        self.assertIn("taken down", " ".join(reasons))

        self.system.verify()
        for name in ("query", "ingestion", "catalog"):
            self.assertEqual(self.system.stop(name), 0)
        self.assertEqual(self.files_with_marker(), [])
        self.assertEqual(self.columns_with_marker(), [])
        self.system.sql("VACUUM FULL")
        self.system.sql("CHECKPOINT")
        self.assertEqual(self.relations_with_marker(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
