"""A farm of feeds on loopback: every port is a host, entries appear as time goes by, and who fetched what when is written down.

Runs on a thread of its own. What must never happen (a feed or a host fetched by two at once) is kept in `breaches`.
"""

import asyncio
import dataclasses
import random
import threading
import time

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Feed {feed}</title><link>http://farm.example/{feed}</link><description>Feed {feed}</description>
{items}</channel></rss>
"""
ITEM = """<item><guid isPermaLink="false">{feed}-{entry}</guid><title>Entry {entry} of feed {feed}</title>
<link>http://farm.example/{feed}/{entry}</link><description>What happened to {feed} in {entry}.</description></item>
"""


@dataclasses.dataclass
class Fetch:
    """One request: of which feed, by which process, from when to when, and what it was told."""
    feed: int
    process: str
    start: float
    end: float
    entries: int
    status: int  # 0 if the client went before its answer


class FeedFarm:
    """Feed number n is at /n on the port number n modulo `hosts`; its entries appear every `pace` seconds. Use as a context manager."""

    def __init__(self, feeds, hosts, pace, seed):
        self.feeds = feeds
        self.fetches = []
        self.breaches = []
        self._hosts = hosts
        self._pace = pace
        self._random = random.Random(seed)
        self._offsets = [self._random.uniform(0, pace) for _ in range(feeds)]
        self._start = time.monotonic()
        self._end = None
        self._busy_feeds = set()
        self._busy_hosts = set()
        self._ports = []
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def url(self, feed):
        return f"http://127.0.0.1:{self._ports[feed % self._hosts]}/{feed}"

    def stop_publishing(self):
        """No more entries appear from now on."""
        self._end = time.monotonic()

    def entries(self, feed):
        """How many entries the feed has now."""
        now = self._end or time.monotonic()
        return 1 + max(0, int((now - self._start - self._offsets[feed]) / self._pace))

    def all_entries(self):
        return sum(self.entries(feed) for feed in range(self.feeds))

    def _run(self):
        asyncio.set_event_loop(self._loop)
        servers = []
        for host in range(self._hosts):
            server = self._loop.run_until_complete(
                asyncio.start_server(lambda reader, writer, host=host: self._serve(host, reader, writer), "127.0.0.1", 0))
            servers.append(server)
            self._ports.append(server.sockets[0].getsockname()[1])
        self._ready.set()
        self._loop.run_forever()
        # Connections that are still open end here.
        for server in servers:
            server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, host, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                if not await self._answer(host, head, reader, writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _answer(self, host, head, reader, writer):
        feed = int(head[0].split(" ")[1].strip("/"))
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        process = headers.get("user-agent", "").partition("process-")[2].rstrip(")")
        for what, busy, key in (("feed", self._busy_feeds, feed), ("host", self._busy_hosts, host)):
            if key in busy:
                self.breaches.append(f"{what} {key} was fetched by two at once, process {process} the second")
            busy.add(key)
        start = time.monotonic()
        entries = self.entries(feed)
        gone = await self._take_time(reader)
        tag = f'W/"{entries}"'
        unchanged = headers.get("if-none-match", "") == tag.lower()
        status = 0 if gone else 304 if unchanged else 200
        self._busy_feeds.discard(feed)
        self._busy_hosts.discard(host)
        self.fetches.append(Fetch(feed, process, start, time.monotonic(), entries, status))
        if gone:
            return False
        body = "" if unchanged else RSS.format(feed=feed, items="".join(ITEM.format(feed=feed, entry=n) for n in range(entries)))
        reason = "304 Not Modified" if unchanged else "200 OK"
        length = "" if unchanged else f"Content-Length: {len(body)}\r\n"
        writer.write(f"HTTP/1.1 {reason}\r\nETag: {tag}\r\nContent-Type: application/rss+xml\r\n{length}\r\n{body}".encode())
        await writer.drain()
        return True

    async def _take_time(self, reader):
        """A server thinks for a while; True if the client goes meanwhile."""
        try:
            return await asyncio.wait_for(reader.read(1), self._random.uniform(0, 0.3)) == b""
        except asyncio.TimeoutError:
            return False
        except ConnectionError:
            return True
