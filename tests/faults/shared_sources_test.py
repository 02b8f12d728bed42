#!/usr/bin/env python3
"""Three ingestion processes share many sources while one after the other is killed and started again: each source is fetched on
schedule, neither a source nor a host is fetched by two at once, and no entry is lost or doubled.

DATELINE_SECONDS  how long processes are killed (default 40; 300 if DATELINE_ROUNDS is at least 50, as with tests/run --full)
DATELINE_SOURCES  how many sources (default 120; 1,000 in the long form)
DATELINE_SEED     what chance begins with
"""

import collections
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import feed_farm  # noqa: E402
import system  # noqa: E402

LONG = int(os.environ.get("DATELINE_ROUNDS", "1")) >= 50
SECONDS = float(os.environ.get("DATELINE_SECONDS", "300" if LONG else "40"))
SOURCES = int(os.environ.get("DATELINE_SOURCES", "1000" if LONG else "120"))
SEED = int(os.environ.get("DATELINE_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
PROCESSES = 3
WORKERS = 8
# Ten sources a host at most, as each host is left alone for a second after each fetch.
HOSTS = max(10, SOURCES // 10)
INTERVAL = 30 if SOURCES > 500 else 15
# A lease that nobody renews ends after this (services/ingestion/poll/lease_keeper.h).
LEASE = 30
# How late a source may be: jitter, a lease of the dead, its host's other sources, and a machine that is busy.
LATEST = INTERVAL * 1.1 + LEASE + 60


class Cluster(system.System):
    """A Dateline whose sources are polled by several processes beside the one that answers calls."""

    def __init__(self):
        super().__init__()
        ports = system.free_ports(2 * PROCESSES)
        self._listen = [f"127.0.0.1:{port}" for port in ports[:PROCESSES]]
        self._listen_metrics = [f"127.0.0.1:{port}" for port in ports[PROCESSES:]]
        self.pollers = {}

    def __exit__(self, *arguments):
        # One that has ended by itself fails the test, and must not keep the others running.
        try:
            for number in list(self.pollers):
                self.kill(number)
        finally:
            for process in self.pollers.values():
                process.kill()
                process.wait()
            super().__exit__(*arguments)

    def start_poller(self, number):
        command = [str(system.BIN / "dateline-ingestion"), "--listen", self._listen[number], "--metrics-listen",
                   self._listen_metrics[number], "--catalog", self.addresses["catalog"], "--page-token-key-file",
                   str(self.folder / "page-token.key"), "--allow-networks", "127.0.0.0/8", "--poll-workers", str(WORKERS),
                   "--user-agent-contact", f"http://farm.example/process-{number}"]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("DATELINE_")}
        environment["DATELINE_DATABASE"] = self.conninfo("dateline_ingestion")
        with open(self.folder / f"poller-{number}.log", "ab") as log:
            self.pollers[number] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)

    def kill(self, number):
        process = self.pollers.pop(number)
        self.assert_alive(number, process)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def assert_alive(self, number, process):
        if process.poll() is not None:
            raise AssertionError(f"process {number} has ended with {process.returncode}\n{self.log(f'poller-{number}')}")


class SharedSourcesTest(unittest.TestCase):

    def setUp(self):
        print(f"seed {SEED}: {SOURCES} sources on {HOSTS} hosts, every {INTERVAL} s, {PROCESSES} processes, {SECONDS:.0f} s")
        self.random = random.Random(SEED)
        self.cluster = self.enterContext(Cluster())
        # The system's own process answers calls and leaves polling to the others.
        self.cluster.stop("ingestion")
        self.cluster.start("ingestion", "--poll=false")
        self.cluster.wait_until_well()
        self.farm = self.enterContext(feed_farm.FeedFarm(SOURCES, HOSTS, pace=SECONDS / 8, seed=SEED))
        self.cluster.must("catalog", "CreatePublication", {"publication_id": "farm", "publication": {"title": "Farm"}})
        interval = {"seconds": INTERVAL}
        for feed in range(SOURCES):
            self.cluster.must("ingestion", "CreateSource", {"source_id": f"feed-{feed}", "source": {
                "publication": "publications/farm", "url": self.farm.url(feed),
                "polling": {"min_interval": interval, "max_interval": interval}}})

    def test_sharing(self):
        for number in range(PROCESSES):
            self.cluster.start_poller(number)
        kills = self.kill_at_random()
        self.farm.stop_publishing()
        expected = self.farm.all_entries()
        self.wait_for_articles(expected)
        self.report(kills, expected)
        self.assertEqual(self.farm.breaches, [])
        self.check_schedule()
        self.check_entries(expected)
        self.cluster.verify()

    def kill_at_random(self):
        kills = 0
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            self.wait(self.random.uniform(1, 6))
            victim = self.random.randrange(PROCESSES)
            self.cluster.kill(victim)
            kills += 1
            self.wait(self.random.uniform(0, 3))
            self.cluster.start_poller(victim)
        return kills

    def wait(self, seconds):
        """Lets chance's time go by; a process that ends by itself fails the test."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for number, process in self.cluster.pollers.items():
                self.cluster.assert_alive(number, process)
            time.sleep(0.05)

    def wait_for_articles(self, expected):
        end = time.monotonic() + LATEST + 60
        while self.articles() < expected and time.monotonic() < end:
            self.wait(1)

    def articles(self):
        return int(self.cluster.sql("SELECT count(*) FROM catalog.articles")[0])

    def gaps(self):
        """Seconds between the starts of each source's successive fetches."""
        starts = collections.defaultdict(list)
        for fetch in self.farm.fetches:
            starts[fetch.feed].append(fetch.start)
        return {feed: [after - before for before, after in zip(times, times[1:])] for feed, times in starts.items()}

    def check_schedule(self):
        gaps = self.gaps()
        self.assertEqual(len(gaps), SOURCES, "some sources were never fetched")
        late = {feed: max(times) for feed, times in gaps.items() if times and max(times) > LATEST}
        self.assertEqual(late, {}, "sources were fetched late")
        # The log's own word: what was written down was not followed too early by the next.
        early = self.cluster.sql(
            "SELECT s.id, f.start_time - f.before FROM (SELECT source_key, start_time, lag(start_time) OVER (PARTITION BY source_key"
            f" ORDER BY number) AS before FROM ingestion.fetches) f JOIN ingestion.sources s ON s.key = f.source_key"
            f" WHERE f.start_time - f.before < interval '{INTERVAL} seconds'")
        self.assertEqual(early, [], "sources were fetched early")

    def check_entries(self, expected):
        self.assertEqual(self.articles(), expected)
        origins = set(self.cluster.sql("SELECT entry_id FROM catalog.origins"))
        lost = [f"{feed}-{entry}" for feed in range(SOURCES) for entry in range(self.farm.entries(feed))
                if f"id:{feed}-{entry}" not in origins]
        self.assertEqual(lost, [])
        self.assertEqual(self.doubled(), [])
        self.assertEqual(int(self.cluster.sql("SELECT count(*) FROM ingestion.rejects")[0]), 0)

    def doubled(self):
        return self.cluster.sql("SELECT source, entry_id, count(*) FROM catalog.origins GROUP BY 1, 2 HAVING count(*) > 1")

    def report(self, kills, expected):
        gaps = sorted(gap for times in self.gaps().values() for gap in times)
        by_process = collections.Counter(fetch.process for fetch in self.farm.fetches)
        by_status = collections.Counter(fetch.status for fetch in self.farm.fetches)
        logged = self.cluster.sql("SELECT count(*) FROM ingestion.fetches")[0]
        print(f"kills {kills}; fetches {len(self.farm.fetches)} (logged {logged}), by process {dict(sorted(by_process.items()))},"
              f" by status {dict(sorted(by_status.items()))}")
        print(f"between fetches of a source: median {statistics.median(gaps):.1f} s, 99th percentile"
              f" {gaps[int(len(gaps) * 0.99)]:.1f} s, longest {gaps[-1]:.1f} s, shortest {gaps[0]:.1f} s")
        print(f"entries {expected}, articles {self.articles()}, doubled {len(self.doubled())}, at once {len(self.farm.breaches)}")


if __name__ == "__main__":
    unittest.main()
