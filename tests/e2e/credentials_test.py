#!/usr/bin/env python3
"""Secrets of sources reach their servers and nobody else: no answer, no log, no metric, no table but the one that only ingestion reads,
and no other origin that a server redirects to."""

import base64
import http.server
import json
import threading
import unittest

import system

FEED = b"""<rss version="2.0"><channel><title>Guarded</title><item><guid isPermaLink="false">1</guid><title>One</title></item></channel></rss>"""
# One for each way to give a secret. They look like nothing else.
VALUE, FILE, ENVIRONMENT, PASSWORD = (f"hush-{kind}-7f3a9c" for kind in ("value", "file", "environment", "password"))
SECRETS = (VALUE, FILE, ENVIRONMENT, PASSWORD, base64.b64encode(f"reader:{PASSWORD}".encode()).decode())


class Server:
    """Redirects /away to `away`, answers /fail with 500, /gone with 410, /page with no feed, all else with a feed."""

    def __init__(self, away=""):
        self.requests = []
        test = self

        class Handler(http.server.BaseHTTPRequestHandler):

            def log_message(self, *_):
                pass

            def do_GET(self):
                test.requests.append((self.path, self.headers.get("Authorization", ""), str(self.headers)))
                status, body = {"/fail": (500, b"oops"), "/gone": (410, b""), "/page": (200, b"<html>page</html>"),
                                "/away": (302, b""), "/moved": (301, b"")}.get(self.path, (200, FEED))
                self.send_response(status)
                if status in (301, 302):
                    self.send_header("Location", away)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class CredentialsTest(unittest.TestCase):

    def setUp(self):
        self.system = self.enterContext(system.System())
        self.other = self.enterContext(Server())
        self.server = self.enterContext(Server(away=self.other.url + "/feed"))
        self.secrets = self.system.folder / "secrets"
        self.secrets.mkdir()
        (self.secrets / "file").write_text(FILE + "\n", encoding="ascii")
        self.system.stop("ingestion")
        self.system.start("ingestion", "--allow-networks", "127.0.0.0/8", "--poll=false", "--log-level", "debug",
                          "--credentials-folder", str(self.secrets), environment={"DATELINE_CREDENTIAL_TEST": ENVIRONMENT})
        self.system.wait_until_well()
        self.system.must("catalog", "CreatePublication", {"publication_id": "guarded", "publication": {"title": "Guarded"}})
        self.answers = []

    def call(self, method, request):
        answer = self.system.call("ingestion", method, request)
        self.answers.append(answer)
        return answer

    def create(self, name, path, credentials):
        return self.call("CreateSource", {"source_id": name, "request_id": f"make-{name}", "source": {
            "publication": "publications/guarded", "url": self.server.url + path, "credentials": credentials}})

    def test_secrets_stay_where_they_belong(self):
        sources = {
            "value": ("/value", {"value": VALUE}, f"Bearer {VALUE}"),
            "file": ("/file", {"file": str(self.secrets / "file")}, f"Bearer {FILE}"),
            "environment": ("/environment", {"environment": "DATELINE_CREDENTIAL_TEST"}, f"Bearer {ENVIRONMENT}"),
            "basic": ("/basic", {"basic_username": "reader", "value": PASSWORD}, f"Basic {SECRETS[-1]}"),
            "fail": ("/fail", {"value": VALUE}, f"Bearer {VALUE}"),
            "page": ("/page", {"value": VALUE}, f"Bearer {VALUE}"),
            "away": ("/away", {"value": VALUE}, f"Bearer {VALUE}"),
            "moved": ("/moved", {"basic_username": "reader", "value": PASSWORD}, f"Basic {SECRETS[-1]}"),
            "gone": ("/gone", {"value": VALUE}, f"Bearer {VALUE}"),
        }
        for name, (path, credentials, _) in sources.items():
            self.assertIn("response", self.create(name, path, credentials), name)
            self.create(name, path, credentials)
            self.call("PollSource", {"name": f"sources/{name}"})
        got = {path: authorization for path, authorization, _ in self.server.requests}
        for name, (path, _, authorization) in sources.items():
            self.assertEqual(got[path], authorization, name)

        # Two were sent on to another origin, without anything secret.
        self.assertEqual(len(self.other.requests), 2)
        for _, authorization, headers in self.other.requests:
            self.assertEqual(authorization, "")
            self.assert_silent(headers)

        # Nor does a move become one's own address by itself, nor by whoever may change sources.
        self.system.sql("UPDATE ingestion.sources SET moved_since = now() - interval '8 days' WHERE id = 'moved'")
        self.call("PollSource", {"name": "sources/moved", "unconditional": True})
        moved = self.call("GetSource", {"name": "sources/moved"})["response"]["source"]
        self.assertEqual(moved["url"], self.server.url + "/moved")
        answer = self.call("UpdateSource", {"source": {"name": "sources/moved", "url": self.other.url + "/mine"},
                                            "update_mask": {"paths": ["url"]}})
        self.assertEqual(system.reason_of(answer), "INVALID_FIELD")

        # Nor can they be taken from anywhere else.
        for field, place in (("file", "/etc/passwd"), ("file", "../postgres.log"), ("environment", "PATH")):
            self.assertEqual(system.reason_of(self.create("elsewhere", "/x", {field: place})), "INVALID_FIELD", place)

        # References that lead nowhere are errors that do not name what they found.
        self.create("missing", "/x", {"file": "nonexistent"})
        self.call("PollSource", {"name": "sources/missing"})
        self.call("UpdateSource", {"source": {"name": "sources/missing", "credentials": {"value": VALUE, "basic_username": "a:b"}}})
        self.call("PollSource", {"name": "sources/missing"})

        for name in sources:
            self.call("GetSource", {"name": f"sources/{name}"})
            self.call("ListFetches", {"parent": f"sources/{name}"})
            self.call("PauseSource", {"name": f"sources/{name}"})
        self.call("ListSources", {"page_size": 100})
        self.call("ListRejects", {"parent": "sources/-"})
        self.assertGreater(len(self.answers), 50)
        self.assert_silent(json.dumps(self.answers))
        self.assert_silent((self.system.folder / "ingestion.log").read_text(encoding="utf-8"))
        self.assert_silent((self.system.folder / "catalog.log").read_text(encoding="utf-8"))
        self.assert_silent_tables()

    def assert_silent(self, text):
        for secret in SECRETS:
            self.assertNotIn(secret, text)

    def assert_silent_tables(self):
        """No row of any other table holds a secret; rows are read as text, so bytes are in hexadecimal."""
        tables = self.system.sql("SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('catalog', 'ingestion')")
        self.assertIn("ingestion.credentials", tables)
        for table in tables:
            rows = "\n".join(self.system.sql(f"SELECT t::text FROM {table} t"))
            held = [secret for secret in SECRETS if secret in rows or secret.encode().hex() in rows]
            if table == "ingestion.credentials":
                self.assertEqual(set(held), {VALUE, PASSWORD})
            else:
                self.assertEqual(held, [], table)


if __name__ == "__main__":
    unittest.main()
