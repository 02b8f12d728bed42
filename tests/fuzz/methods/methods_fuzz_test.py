#!/usr/bin/python3
"""Drives every method of the three servers, as processes, with inputs made from the contract's descriptors.

First a valid call of each method. Then loads: in an order by chance, for each field of each method an input of a kind by chance; streams
that are abandoned or never read; compressed messages and odd time limits. At the end the valid calls again. Asserted: the servers live,
nothing is INTERNAL or UNKNOWN, each input has a code that its kind and the bounds of its field allow, each error has one ErrorInfo,
trailers arrive, and a load that is the same again takes no more memory.

DATELINE_SEED           the chance; printed, and taken again
DATELINE_FUZZ_CALLS     how many inputs a load has (default 700), so that a busy machine decides the same
DATELINE_FUZZ_SECONDS   if set: how long all loads take together, instead
DATELINE_BIN            folder of the programs
"""

import collections
import os
import pathlib
import random
import re
import sys
import time
import unittest

import grpc
from google.protobuf import json_format

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).resolve().parents[2] / "e2e")]

import caller as calling  # noqa: E402
import contract as contracts  # noqa: E402
import sites  # noqa: E402
import system  # noqa: E402
import valid_calls  # noqa: E402
import values  # noqa: E402

SECONDS = int(os.environ.get("DATELINE_FUZZ_SECONDS", "0"))
CALLS = int(os.environ.get("DATELINE_FUZZ_CALLS", "700"))
SEED = int(os.environ.get("DATELINE_SEED", random.randrange(2**31)))
MOST_TRAILER_BYTES = 8 * 1024
LOADS = 3
# With an arena for each thread the allocator goes on to spread for long: loads of 4,000 inputs left ingestion at 94, 148 and 178 MiB, of
# which nothing was lost, as with one arena loads of 3,000 left it at 27, 30 and 32. So there is one; sanitizers have an allocator of their own.
os.environ |= {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072", "MALLOC_MMAP_THRESHOLD_": "131072"}
# What one load may take above the one before, as topics and sources that it makes stay in memory. And what a server may hold at any time
# before it is ended, lest it harm the machine.
MORE_MEMORY_MIB = 20
MORE_MEMORY_KIB_AN_INPUT = 3
MOST_MEMORY_MIB = 3 * 1024
# With a time to spend, what a call may take; without, only a time limit that no machine is too busy for.
MOST_SECONDS_A_CALL = 9 if SECONDS else calling.SECONDS
# One at a time, and it may go on for a while when its caller has gone.
ONE_AT_A_TIME = ("ReplicaService.GetDigest",)
# What a method may answer beside, whatever the input: those that fetch, for what cannot be fetched.
BESIDE = {"IngestionService.DiscoverFeeds": {"UNAVAILABLE"}, "IngestionService.PollSource": {"UNAVAILABLE"}}


class MethodsFuzzTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        print(f"DATELINE_SEED={SEED} DATELINE_FUZZ_CALLS={CALLS} DATELINE_FUZZ_SECONDS={SECONDS}", flush=True)
        cls.contract = contracts.load()
        cls.system = cls.enterClassContext(system.System())
        cls.caller = calling.Caller(cls.contract, cls.system.addresses)
        cls.addClassCleanup(cls.caller.close)
        cls.findings, cls.calls, cls.number = {}, collections.Counter(), 1
        cls.valid = valid_calls.calls(cls.make_data())

    @classmethod
    def make_data(cls):
        """A small publication, and a site to poll."""
        site = cls.enterClassContext(sites.serve(cls.system.folder / "site"))
        # What a server is told beside the usual is kept for when it must be started again.
        cls.extra = {"ingestion": ["--allow-networks", "127.0.0.0/8"]}
        cls.system.stop("ingestion")
        cls.system.start("ingestion", *cls.extra["ingestion"])
        cls.system.wait_until_well()
        must = cls.must
        must("catalog", "CreatePublication", {"publication_id": "test", "publication": {"title": "Test"}})
        must("catalog", "CreateAuthor", {"author_id": "test", "author": {"display_name": "Test"}})
        for name, more in (("test", {}), ("polled", {"url": f"{site}/feed.xml"})):
            must("ingestion", "CreateSource", {"source_id": name, "source": {
                "publication": "publications/test", "topics": {"unknown": "UNKNOWN_CATEGORIES_CREATE"}, **more}})
        position = must("ingestion", "IngestDocument", {"source": "sources/test", "document": valid_calls.feed(0, 30)}).position
        page = must("query", "ListArticles", {"filter": {"any_topics": ["topics/weather"]}, "min_position": position})

        def new_source(n):
            return must("ingestion", "CreateSource", {"source_id": f"d{n}", "source": {"publication": "publications/test"}}).source.name

        def new_reject(n):
            must("ingestion", "IngestDocument", {"source": "sources/test", "document": valid_calls.feed_with_reject(n)})
            return must("ingestion", "ListRejects", {"parent": "sources/test", "page_size": 1}).rejects[0].name

        def new_topic(n, state):
            return must("catalog", "CreateTopic", {"topic_id": f"n{n}", "topic": {
                "display_name": f"N {n}", "state": f"TOPIC_STATE_{state}"}}).topic.name

        def new_author(n, kind="m"):
            return must("catalog", "CreateAuthor", {"author_id": f"{kind}{n}", "author": {"display_name": f"M {n}"}}).author.name

        def new_publication(n):
            return must("catalog", "CreatePublication", {
                "publication_id": f"d{n}", "publication": {"title": f"D {n}"}}).publication.name

        def new_article(n, publish=True):
            return must("catalog", "CreateArticle", {
                "article": {"publication": "publications/test", "title": f"N {n}"}, "publish": publish}).record.name

        def new_draft(n):
            return new_article(n, publish=False)

        def new_scheduled(n):
            name = new_draft(n)
            must("catalog", "ScheduleArticle", {"name": name, "schedule_time": "2100-01-01T00:00:00Z"})
            return name

        def new_deleted(n):
            name = new_article(n)
            must("catalog", "DeleteArticle", {"name": name})
            return name

        def new_proposal(n):
            name = must("catalog", "BatchUpsertArticles", valid_calls.delivery(n)).results[0].article
            must("catalog", "UpdateArticle", {"article": {"name": name, "title": f"Edited {n}"}, "update_mask": "title", "publish": True})
            must("catalog", "BatchUpsertArticles", valid_calls.delivery(n, "Changed"))
            return name

        def new_takedown(n):
            return must("catalog", "TakeDownArticle", {"name": new_article(n), "reason": "A court's order"}).record.name

        def new_members(n):
            members = [new_article(n), new_article(n)]
            must("catalog", "JoinClusters", {"articles": members})
            return members

        must("catalog", "RegisterConsumer", {"name": "consumers/test"})
        must("catalog", "CreateWebhook", {"webhook_id": "test", "webhook": valid_calls.WEBHOOK})

        def new_webhook(n):
            return must("catalog", "CreateWebhook", {"webhook_id": f"d{n}", "webhook": valid_calls.WEBHOOK}).webhook.name

        return {"position": position, "home": f"{site}/", "article": page.articles[0].name, "path": page.articles[0].path,
                "edited": new_draft("edited"), "new_source": new_source, "new_reject": new_reject, "new_topic": new_topic,
                "new_author": new_author, "new_publication": new_publication, "new_article": new_article, "new_draft": new_draft,
                "new_scheduled": new_scheduled, "new_deleted": new_deleted, "new_proposal": new_proposal, "new_takedown": new_takedown,
                "new_members": new_members, "new_webhook": new_webhook,
                "cluster": must("catalog", "JoinClusters", {"articles": [new_article("x"), new_article("y")]}).cluster}

    @classmethod
    def must(cls, server, name, request):
        """The answer of a call, which fails the test if it fails."""
        method = next(method for method in cls.contract.methods if method.server == server and method.name == name)
        data = json_format.ParseDict(request, method.request()).SerializeToString()
        return method.response.FromString(cls.caller.start(method, [data], wait_for_ready=True).result())

    def request(self, method):
        """A valid request."""
        type(self).number += 1
        return json_format.ParseDict(self.valid[method.short](self.number), method.request())

    def found(self, method, kind, what, request, finding):
        """Remembers a finding once for each server, kind and text, with where it was; the first call is the reproduction."""
        first, places = self.findings.setdefault((method.server, kind, re.sub(r"[0-9a-f]{8,}|\d+", "#", finding)[:60]), (
            f"{kind}: {finding[:600]!r}\n    {method.short}: {what[:200]}\n    request {request[:60].hex()}"
            f"{'…' if len(request) > 60 else ''} ({len(request)} bytes)", set()))
        places.add(f"{method.short}: {what.split(' ')[0]}")

    def still_alive(self, method, kind, what, request):
        """Starts a server again that has ended, so that one fault does not hide the others. One that takes the machine's memory is ended."""
        for name, process in list(self.system.processes.items()):
            if calling.memory(process) > MOST_MEMORY_MIB:
                self.found(method, kind, what, request, f"{name} holds {calling.memory(process):.0f} MiB")
                process.kill()
                process.wait()
            elif process.poll() is not None:
                self.found(method, kind, what, request, f"{name} ended with {process.returncode}: {self.system.log(name)[-250:]}")
            if process.poll() is not None:
                self.system.processes.pop(name)
                self.system.start(name, *self.extra.get(name, []))
                self.system.wait_until_well()
                self.caller.connect(name)

    def allowed(self, method, one):
        """The codes that may answer an input."""
        return one.allowed | BESIDE.get(method.short, set())

    def judge(self, method, one, answer, took):
        self.calls[one.kind, answer.code] += 1
        for bad, finding in (
            (answer.code in ("INTERNAL", "UNKNOWN"), f"{answer.code} {answer.reasons} {answer.message} {self.last_error(method.server)}"),
            (answer.code == "UNIMPLEMENTED", f"UNIMPLEMENTED: {answer.message}"),
            (answer.code != "OK" and len(answer.reasons) != 1, f"{answer.code} with {len(answer.reasons)} ErrorInfo: {answer.message}"),
            (answer.trailer_bytes >= MOST_TRAILER_BYTES, f"{answer.code}: trailers of {answer.trailer_bytes} bytes"),
            (took > MOST_SECONDS_A_CALL, f"{answer.code} after {took:.1f} s"),
            (answer.code not in self.allowed(method, one), f"{answer.code} {answer.reasons} is no answer to this: {answer.message}"),
        ):
            if bad:
                self.found(method, one.kind, one.what, one.data, finding)
                break

    def last_error(self, server):
        lines = [line for line in self.system.log(server).splitlines() if '"level":"error"' in line]
        return lines[-1] if lines else ""

    def drive(self, method, one):
        start = time.monotonic()
        answer = self.caller.call(method, [one.data])
        self.judge(method, one, answer, time.monotonic() - start)
        self.still_alive(method, one.kind, one.what, one.data)

    def all_valid(self):
        """Every method has a valid call that succeeds."""
        for method in self.contract.methods:
            if method.short not in self.valid:
                self.found(method, "valid", "", b"", "must stand in valid_calls.py")
                continue
            request = self.request(method)
            answer = self.caller.call(method, [request.SerializeToString()])
            self.calls["valid", answer.code] += 1
            if answer.code != "OK":
                self.found(method, "valid", str(request), b"", f"{answer.code} {answer.reasons} {answer.message}")

    def inputs(self, chance):
        """One input for each field of each method, and one that is wrong on the wire, in an order by chance."""
        work = []
        for method in self.contract.methods:
            work.append((method, None))
            work += [(method, path) for path in contracts.fields(method.request.DESCRIPTOR)]
        chance.shuffle(work)
        for method, path in work:
            request = self.request(method)
            made = list(values.of_bytes(request, method.refuses_unknown, chance) if path is None else
                        values.of_field(request, path, self.contract.rules(path[-1]), chance))
            if made:
                yield method, chance.choice(made)

    def load(self, calls, seconds):
        """Drives so many inputs, or for so long if `calls` is 0; answers how many. The same seed makes the same load."""
        chance, count, deadline = random.Random(SEED), 0, time.monotonic() + seconds
        while True:
            for method, one in self.inputs(chance):
                self.drive(method, one)
                count += 1
                if count == calls or (calls == 0 and time.monotonic() > deadline):
                    self.odd_streams()
                    self.odd_calls()
                    self.system.wait_until_well()
                    return count

    def odd_streams(self):
        """Streams that are left at once, and those that nobody reads while others are served."""
        for method in self.contract.methods:
            if method.server_streams and method.short in self.valid:
                data = self.request(method).SerializeToString()
                for _ in range(50):
                    self.caller.start(method, [data]).cancel()
                unread = [self.caller.start(method, [data] * (200 if method.client_streams else 1)) for _ in range(20)]
                answer = self.caller.call(method, [data])
                # There may be too many of its kind; others are served.
                if answer.code != "OK" and answer.reasons != ("OVERLOADED",):
                    self.found(method, "never read", "a call beside 20 that nobody reads", data, f"{answer.code} {answer.message}")
                for other in self.contract.methods:
                    if other.server == method.server and other.name == "GetStatus" and self.caller.call(other, [b""]).code != "OK":
                        self.found(other, "never read", f"beside 20 {method.short} that nobody reads", data, "is not served")
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
                data = self.request(method).SerializeToString()
                answer = self.caller.call(method, [data], timeout=timeout)
                self.calls["time limit", answer.code] += 1
                allowed = ("OK",) if timeout > 1 else ("OK", "DEADLINE_EXCEEDED")
                busy = method.short in ONE_AT_A_TIME and answer.reasons == ("OVERLOADED",)
                if answer.code not in allowed and not busy:
                    self.found(method, "time limit", f"{timeout} s", data,
                               f"{answer.code} {answer.reasons} {answer.message} {self.last_error(method.server)}")
        self.still_alive(method, "compressed", "", b"")

    def test_every_method(self):
        print(f"{len(self.contract.methods)} methods", flush=True)
        self.all_valid()
        held, pids = [self.memory()], {name: process.pid for name, process in self.system.processes.items()}
        count = 0 if SECONDS else CALLS
        try:
            for number in range(LOADS):
                count = self.load(count, SECONDS / LOADS)
                held.append(self.memory() if number == 0 else self.memory_after_more(held[-1], count))
                print(f"after {count} inputs more: {held[-1]}", flush=True)
            self.all_valid()
        except (AssertionError, grpc.RpcError):
            print(self.report())
            raise
        for (kind, code), number in sorted(self.calls.items()):
            print(f"{kind:<18}{code:<22}{number:>7}")
        for name, pid in pids.items():
            # What was started again has no memory to give back.
            if self.system.processes[name].pid == pid and held[-1][name] > held[-2][name] + self.more_memory(count):
                self.found_of_server(name, "memory", f"{name} held {', '.join(str(one[name]) for one in held)} MiB")
        self.ends_well()
        if self.findings:
            self.fail(f"{len(self.findings)} findings\n{self.report()}")

    def found_of_server(self, name, kind, finding):
        self.found(next(method for method in self.contract.methods if method.server == name), kind, name, b"", finding)

    def ends_well(self):
        """Each server ends by itself when it is told to, and with sanitizers has leaked nothing."""
        for name in ("query", "ingestion", "catalog"):
            code = self.system.stop(name)
            if code != 0:
                self.found_of_server(name, "end", f"{name} ended with {code}: {self.system.log(name)[-1500:]}")

    @staticmethod
    def more_memory(inputs):
        return MORE_MEMORY_MIB + inputs * MORE_MEMORY_KIB_AN_INPUT / 1024

    def memory(self):
        return {name: round(calling.memory(process)) for name, process in self.system.processes.items()}

    def memory_after_more(self, before, inputs):
        """What is held, once it is no more than before, or after some time: ends of calls go on for a while."""
        deadline = time.monotonic() + 30
        while any(value > before[name] + self.more_memory(inputs) for name, value in self.memory().items()) and time.monotonic() < deadline:
            time.sleep(0.5)
        return self.memory()

    def report(self):
        return "\n".join(f"{first}\n    places: {'; '.join(sorted(places))}" for first, places in self.findings.values())


if __name__ == "__main__":
    unittest.main()
