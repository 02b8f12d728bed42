"""A WebSub hub and a feed that names it, on loopback, for tests: a real hub as far as one feed needs one (W3C WebSub, 2018).

It takes subscriptions, verifies them on its own time as hubs do, keeps their secrets, and pushes to who is subscribed.
"""

import hashlib
import hmac
import secrets
import threading
import urllib.error
import urllib.parse
import urllib.request
from http import server

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Pushed</title><id>urn:pushed</id><updated>2026-01-01T00:00:00Z</updated>
<link rel="self" href="{topic}"/><link rel="hub" href="{hub}"/>{entries}</feed>
"""
ENTRY = """<entry><id>urn:pushed:{number}</id><title>Push {number}</title><updated>2026-01-01T00:00:00Z</updated>
<link href="http://pushed.example/{number}"/><summary>Number {number}.</summary></entry>
"""


def call(url, data=None, headers=None, method=None):
    """(status, body) of a request, whatever the status; 0 if the server broke off."""
    request = urllib.request.Request(url, data=data, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")
    except (urllib.error.URLError, ConnectionError):
        return 0, ""


class Hub:
    """Use as a context manager. `lease` is what it grants, in seconds."""

    def __init__(self, lease=864000):
        self.entries = 1
        self.fetches = 0
        self.subscriptions = []  # what was asked, as dictionaries
        self.verified = {}       # callback -> subscription
        self.refused = []        # (status, body) of verifications that were not confirmed
        self._lease = lease
        self._server = server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _url(self, path):
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    @property
    def topic(self):
        return self._url("/feed")

    def _handler(self):
        hub = self

        class Handler(server.BaseHTTPRequestHandler):

            def log_message(self, *_):
                pass

            def do_GET(self):
                hub.fetches += 1
                entries = "".join(ENTRY.format(number=number) for number in range(hub.entries))
                body = FEED.format(topic=hub.topic, hub=hub._url("/hub"), entries=entries).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/atom+xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                subscription = dict(urllib.parse.parse_qsl(form, strict_parsing=True))
                hub.subscriptions.append(subscription)
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()
                # Hubs verify after their answer, each in its own time.
                threading.Thread(target=hub.verify, args=(subscription,), daemon=True).start()

        return Handler

    def verify(self, subscription, **changes):
        """Asks a subscriber whether it meant it; True if it did."""
        challenge = secrets.token_urlsafe(24)
        query = {"hub.mode": subscription["hub.mode"], "hub.topic": subscription["hub.topic"], "hub.challenge": challenge,
                 "hub.lease_seconds": str(self._lease)}
        query.update({f"hub.{name}": value for name, value in changes.items()})
        answer = call(f"{subscription['hub.callback']}?{urllib.parse.urlencode(query)}")
        if answer != (200, challenge):
            self.refused.append(answer)
            return False
        self.verified[subscription["hub.callback"]] = subscription
        return True

    def push(self, method="sha256", secret=None, body=b"<feed/>", header=True):
        """Pushes to all who are subscribed; their statuses."""
        statuses = []
        for callback, subscription in self.verified.items():
            key = (secret or subscription["hub.secret"]).encode()
            headers = {"Content-Type": "application/atom+xml", "Link": f'<{self.topic}>; rel="self"'}
            if header:
                headers["X-Hub-Signature"] = f"{method}={hmac.new(key, body, getattr(hashlib, method)).hexdigest()}"
            statuses.append(call(callback, body, headers)[0])
        return statuses
