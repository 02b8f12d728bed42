#!/usr/bin/python3
"""Drives every method of the three servers, as processes, with inputs made from the contract's descriptors.

First a valid call of each method, then for each field and each kind of value one call, in an order by chance, then streams that are
abandoned or never read, compressed messages and odd time limits; at the end the valid calls again. Asserted: the servers live, nothing is
INTERNAL or UNKNOWN, each kind of input has a code that its kind allows, each error has one ErrorInfo, trailers arrive, memory comes back.

DATELINE_SEED           the chance; printed, and taken again
DATELINE_FUZZ_SECONDS   how long (default 60)
DATELINE_BIN            folder of the programs
"""

import collections
import functools
import http.server
import os
import pathlib
import random
import re
import sys
import threading
import time
import unittest

import grpc
from google.protobuf import json_format

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).resolve().parents[2] / "e2e")]

import caller as calling  # noqa: E402
import contract as contracts  # noqa: E402
import system  # noqa: E402
import valid_calls  # noqa: E402
import values  # noqa: E402

SECONDS = int(os.environ.get("DATELINE_FUZZ_SECONDS", "60"))
SEED = int(os.environ.get("DATELINE_SEED", random.randrange(2**31)))
MOST_TRAILER_BYTES = 8 * 1024
# At the end, above the beginning; and at any time, above which a server is ended before it harms the machine.
MORE_MEMORY_MIB = 200
MOST_MEMORY_MIB = 3 * 1024
# Findings that wait for their cure: (server, kind of input, of the finding), as regular expressions. To be emptied.
KNOWN = []


class Silent(http.server.SimpleHTTPRequestHandler):

    def log_message(self, *_):
        pass


class MethodsFuzzTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        print(f"DATELINE_SEED={SEED} DATELINE_FUZZ_SECONDS={SECONDS}", flush=True)
        cls.random = random.Random(SEED)
        cls.contract = contracts.load()
        cls.system = cls.enterClassContext(system.System())
        cls.caller = calling.Caller(cls.contract, cls.system.addresses)
        cls.addClassCleanup(cls.caller.close)
        cls.findings, cls.calls, cls.number = {}, collections.Counter(), 1
        cls.valid = valid_calls.calls(cls.make_data())

    @classmethod
    def make_data(cls):
        """A small publication, and a site to poll."""
        site = cls.site()
        # What a server is told beside the usual is kept for when it must be started again.
        cls.extra = {"ingestion": ["--allow-networks", "127.0.0.0/8"]}
        cls.system.stop("ingestion")
        cls.system.start("ingestion", *cls.extra["ingestion"])
        cls.system.wait_until_well()
        must = cls.system.must
        must("catalog", "CreatePublication", {"publication_id": "test", "publication": {"title": "Test"}})
        must("catalog", "CreateAuthor", {"author_id": "test", "author": {"display_name": "Test"}})
        for name, more in (("test", {}), ("polled", {"url": f"{site}/feed.xml"})):
            must("ingestion", "CreateSource", {"source_id": name, "source": {
                "publication": "publications/test", "topics": {"unknown": "UNKNOWN_CATEGORIES_CREATE"}, **more}})
        position = must("ingestion", "IngestDocument", {"source": "sources/test", "document": {"$bytes": valid_calls.feed(0, 30)}})["position"]
        page = must("query", "ListArticles", {"filter": {"any_topics": ["topics/weather"]}, "min_position": position})

        def new_source(n):
            return must("ingestion", "CreateSource", {"source_id": f"d{n}", "source": {"publication": "publications/test"}})["source"]["name"]

        def new_reject(n):
            must("ingestion", "IngestDocument", {"source": "sources/test", "document": {"$bytes": valid_calls.feed_with_reject(n)}})
            return must("ingestion", "ListRejects", {"parent": "sources/test", "page_size": 1})["rejects"][0]["name"]

        return {"position": position, "article": page["articles"][0]["name"], "path": page["articles"][0]["path"], "home": f"{site}/",
                "new_source": new_source, "new_reject": new_reject}

    @classmethod
    def site(cls):
        """The address of a site with a home page that names a feed."""
        folder = cls.system.folder / "site"
        folder.mkdir()
        (folder / "feed.xml").write_text(valid_calls.feed_text(range(900_000, 900_003)), encoding="utf-8")
        (folder / "index.html").write_text('<link rel="alternate" type="application/rss+xml" href="/feed.xml">', encoding="utf-8")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"

    def request(self, method):
        """A valid request if there is one, else an empty one."""
        type(self).number += 1
        make = self.valid.get(method.short)
        return json_format.ParseDict(make(self.number), method.request()) if make else method.request()

    def found(self, method, kind, what, request, finding):
        """Remembers a finding once for each server, kind and text, with its methods; the first call is the reproduction."""
        if any(re.search(server, method.server) and re.search(a, kind) and re.search(b, finding) for server, a, b in KNOWN):
            return
        first, methods = self.findings.setdefault((method.server, kind, re.sub(r"[0-9a-f]{8,}|\d+", "#", finding)[:60]), (
            f"{kind}: {finding[:300]!r}\n    {method.short}: {what[:200]}\n    request {request[:60].hex()}"
            f"{'…' if len(request) > 60 else ''} ({len(request)} bytes)", set()))
        methods.add(method.short)

    def still_alive(self, method, kind, what, request):
        """Starts a server again that has ended, so that one fault does not hide the others. One that takes the machine's memory is ended."""
        for name, process in list(self.system.processes.items()):
            if calling.rss(process) > MOST_MEMORY_MIB:
                self.found(method, kind, what, request, f"{name} holds {calling.rss(process):.0f} MiB")
                process.kill()
                process.wait()
            elif process.poll() is not None:
                self.found(method, kind, what, request, f"{name} ended with {process.returncode}: {self.system.log(name)[-250:]}")
            if process.poll() is not None:
                self.system.processes.pop(name)
                self.system.start(name, *self.extra.get(name, []))
                self.system.wait_until_well()
                self.caller.connect(name)

    def judge(self, method, one, answer, took):
        self.calls[one.kind, answer.code] += 1
        for bad, finding in (
            (answer.code in ("INTERNAL", "UNKNOWN"), f"{answer.code} {answer.reasons} {answer.message}"),
            (answer.code == "UNIMPLEMENTED" and answer.reasons != ("NOT_IMPLEMENTED",), f"UNIMPLEMENTED without its reason: {answer.message}"),
            (answer.code != "OK" and len(answer.reasons) != 1, f"{answer.code} with {len(answer.reasons)} ErrorInfo: {answer.message}"),
            (answer.trailer_bytes >= MOST_TRAILER_BYTES, f"{answer.code}: trailers of {answer.trailer_bytes} bytes"),
            (took > calling.SECONDS * 0.6, f"{answer.code} after {took:.1f} s"),
            (answer.code not in one.allowed and answer.code not in ("UNIMPLEMENTED", "INTERNAL", "UNKNOWN"),
             f"{answer.code} {answer.reasons} is no answer to this: {answer.message}"),
        ):
            if bad:
                self.found(method, one.kind, one.what, one.data, finding)
                break

    def drive(self, method, one):
        start = time.monotonic()
        answer = self.caller.call(method, [one.data])
        self.judge(method, one, answer, time.monotonic() - start)
        self.still_alive(method, one.kind, one.what, one.data)

    def all_valid(self):
        """Every method has a valid call that succeeds, or says that it is not built."""
        for method in self.contract.methods:
            request = self.request(method)
            answer = self.caller.call(method, [request.SerializeToString()])
            if method.short in self.valid and answer.code != "OK":
                self.found(method, "valid", str(request), b"", f"{answer.code} {answer.reasons} {answer.message}")
            if method.short not in self.valid and answer.reasons != ("NOT_IMPLEMENTED",):
                self.found(method, "valid", "", b"", f"has no valid call in valid_calls.py, and answered {answer.code} {answer.reasons}")

    def inputs(self):
        """Everything, in an order by chance, methods mixed."""
        work = []
        for method in self.contract.methods:
            work.append((method, None))
            work += [(method, path) for path in contracts.fields(method.request.DESCRIPTOR)]
        self.random.shuffle(work)
        for method, path in work:
            request = self.request(method)
            made = values.of_bytes(request, self.random) if path is None else values.of_field(request, path, self.random)
            yield from ((method, one) for one in made)

    def odd_streams(self, deadline):
        """Streams that are left at once, and those that nobody reads while others are served."""
        for method in self.contract.methods:
            if method.server_streams and method.short in self.valid and time.monotonic() < deadline:
                data = self.request(method).SerializeToString()
                for _ in range(50):
                    self.caller.start(method, [data]).cancel()
                unread = [self.caller.start(method, [data] * (200 if method.client_streams else 1)) for _ in range(20)]
                answer = self.caller.call(method, [data])
                if answer.code != "OK":
                    self.found(method, "never read", "a call beside 20 that nobody reads", data, f"{answer.code} {answer.message}")
                for call in unread:
                    call.cancel()
                self.still_alive(method, "abandoned", "", data)

    def odd_calls(self):
        """Compressed messages and time limits, for each method."""
        for method in self.contract.methods:
            data = self.request(method).SerializeToString()
            packed = self.caller.call(method, [data + values.delimited(19_999, b"\0" * 2**20)], compression=grpc.Compression.Gzip)
            self.calls["compressed", packed.code] += 1
            if packed.code != "UNIMPLEMENTED":
                self.found(method, "compressed", "1 MiB of zeros by gzip", b"", f"{packed.code} {packed.reasons} instead of UNIMPLEMENTED")
            for timeout in (0.000001, 0.001, 99_999_999):
                answer = self.caller.call(method, [data], timeout=timeout)
                self.calls["time limit", answer.code] += 1
                if answer.code in ("INTERNAL", "UNKNOWN") or (timeout > 1 and answer.code == "DEADLINE_EXCEEDED"):
                    self.found(method, "time limit", f"{timeout} s", data, f"{answer.code} {answer.message}")
        self.still_alive(method, "compressed", "", b"")

    def test_every_method(self):
        start = time.monotonic()
        self.all_valid()
        before = {name: calling.rss(process) for name, process in self.system.processes.items()}
        pids = {name: process.pid for name, process in self.system.processes.items()}
        # A round is one pass over all fields; most are cut by the time.
        while time.monotonic() < start + SECONDS * 0.8:
            for method, one in self.inputs():
                self.drive(method, one)
                if time.monotonic() > start + SECONDS * 0.8:
                    break
        self.odd_streams(start + SECONDS * 0.9)
        self.odd_calls()
        self.system.wait_until_well()
        self.all_valid()
        self.memory_comes_back(before, pids)
        for (kind, code), count in sorted(self.calls.items()):
            print(f"{kind:<18}{code:<22}{count:>7}")
        print(f"{sum(self.calls.values())} calls, {len(self.contract.methods)} methods", flush=True)
        if self.findings:
            self.fail(f"{len(self.findings)} findings\n{self.report()}")

    def report(self):
        return "\n".join(f"{first}\n    methods: {' '.join(sorted(methods))}" for first, methods in self.findings.values())

    def memory_comes_back(self, before, pids):
        for name, process in self.system.processes.items():
            # What was started again has no memory to give back.
            if process.pid != pids[name]:
                continue
            try:
                system.wait_until("memory", lambda: calling.rss(process) < before[name] + MORE_MEMORY_MIB, seconds=30)
            except AssertionError:
                self.fail(f"{name}: {before[name]:.0f} MiB before, {calling.rss(process):.0f} MiB after\n" + self.report())
            print(f"{name}: {before[name]:.0f} MiB before, {calling.rss(process):.0f} MiB after")


if __name__ == "__main__":
    unittest.main()
