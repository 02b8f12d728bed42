#!/usr/bin/env python3
"""`dateline feed discover` on a site of its own: what the page names, what it does not, and what is no page at all."""

import functools
import http.server
import json
import pathlib
import tempfile
import threading
import unittest

import system

RSS = """<rss version="2.0"><channel><title>{title}</title><item><guid isPermaLink="false">1</guid><title>One</title></item></channel></rss>"""
PAGE = """<!doctype html><html><head><title>Site</title>
<link rel="alternate" type="application/rss+xml" title="News" href="news.xml">
<link rel="alternate" type="application/json+oembed" href="oembed.json">
</head><body><a rel="feed" href="blog.xml">blog</a></body></html>"""


class Handler(http.server.SimpleHTTPRequestHandler):

    def log_message(self, *_):
        pass


class DiscoverTest(unittest.TestCase):

    def setUp(self):
        self.system = self.enterContext(system.System())
        self.system.stop("ingestion")
        self.system.start("ingestion", "--allow-networks", "127.0.0.0/8")
        self.system.wait_until_well()
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="dateline-site.")))
        for name, text in (("index.html", PAGE), ("news.xml", RSS.format(title="News")), ("blog.xml", RSS.format(title="Blog"))):
            (folder / name).write_text(text, encoding="utf-8")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def test_discover(self):
        text = self.system.dateline("feed", "discover", self.url).stdout
        self.assertEqual(text, f"{self.url}/news.xml\tRSS_20\t1 entries\tNews\n{self.url}/blog.xml\tRSS_20\t1 entries\tBlog\n")
        found = json.loads(self.system.dateline("feed", "discover", self.url + "/blog.xml", "--json").stdout)
        self.assertEqual([feed["foundBy"] for feed in found["feeds"]], ["FEED_DISCOVERY_ADDRESS"])
        failed = self.system.dateline("feed", "discover", "http://10.1.2.3/", check=False)
        self.assertEqual(failed.returncode, 1)
        self.assertIn("ADDRESS_NOT_PUBLIC", failed.stderr)


if __name__ == "__main__":
    unittest.main()
