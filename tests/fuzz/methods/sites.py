"""A site to poll, with a home page that names a feed."""

import contextlib
import functools
import http.server
import threading

import valid_calls


class Server(http.server.ThreadingHTTPServer):

    def handle_error(self, *_):
        """Who asks may go away."""


class Silent(http.server.SimpleHTTPRequestHandler):

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serve(folder):
    """The address of the site, which is written to `folder`, while it is served."""
    folder.mkdir()
    (folder / "feed.xml").write_text(valid_calls.feed_text(range(900_000, 900_003)), encoding="utf-8")
    (folder / "index.html").write_text('<link rel="alternate" type="application/rss+xml" href="/feed.xml">', encoding="utf-8")
    with Server(("127.0.0.1", 0), functools.partial(Silent, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
