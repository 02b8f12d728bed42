"""How long after a write those who watch its topic are told, and what a watcher takes of the server's memory.

--watchers are spread over so many topics that a write, of 100 a second, has 20 of them on average; besides, one topic has --busy watchers and
one write a second. The lag is from the instant at which the replica is given the write until the client has read the event; server and
client share the machine. Rounds without and with --stalled watchers of the busy topic who read nothing take turns.
"""

import json
import os
import resource
import statistics
import subprocess
import tempfile
import time

from programs import build

RECEIVERS = 20


def add_options(parser):
    parser.add_argument("--watchers", type=int, default=10_000)
    parser.add_argument("--busy", type=int, default=5_000)
    parser.add_argument("--stalled", type=int, default=1)
    parser.add_argument("--watch-seconds", type=float, default=10)


class Program:
    """A process that answers a line with a line."""

    def __init__(self, *command):
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def read(self):
        line = self.process.stdout.readline().strip()
        if not line:
            raise SystemExit(f"{self.process.args[0]} has ended")
        return line

    def ask(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.read())

    def tell(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def one_round(programs, options, seed, stalled):
    topics = max(1, options.watchers // RECEIVERS)
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        server = Program(programs / "watch_server", folder, topics, seed)
        try:
            ready = json.loads(server.read())
            client = Program(programs / "watch_client", ready["port"], topics, options.watchers, options.busy, stalled)
            try:
                client.read()
                before = server.ask()
                begun = time.monotonic()
                client.tell()
                time.sleep(options.watch_seconds)
                answer = client.ask()
                after, seconds = server.ask(), time.monotonic() - begun
            finally:
                client.stop()
        finally:
            server.stop()
    watchers = options.watchers + options.busy + stalled
    return {**{f"{kind}_{name}": value for kind in ("spread", "busy") for name, value in answer[kind].items()},
            "bytes": (before["private_bytes"] - ready["private_bytes"]) / watchers,
            "later_bytes": (after["private_bytes"] - before["private_bytes"]) / watchers,
            "writes": after["applied"] / seconds, "cpu": (after["cpu_seconds"] - before["cpu_seconds"]) / seconds}


def run(options):
    programs = build(options.build, "watch_server", "watch_client")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 65_536)), hard))
    print(f"watch: {options.watchers} watchers, {RECEIVERS} a topic, and {options.busy} of one topic; {options.rounds} rounds of "
          f"{options.watch_seconds} s, seed {options.seed}, {os.cpu_count()} processors", flush=True)
    results = {0: [], options.stalled: []}
    for number in range(options.rounds):
        for stalled, rounds in results.items():
            rounds.append(one_round(programs, options, options.seed + number, stalled))
    print(f"\n{'':<22}{'events':>9}{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}")
    for stalled, rounds in results.items():
        for kind in ("spread", "busy"):
            middle = {name: statistics.median(one.get(f"{kind}_{name}", 0) for one in rounds) for name in ("events", "p50_ms", "p99_ms", "max_ms")}
            print(f"{kind + (f', {stalled} stalled' if stalled else ''):<22}{middle['events']:>9.0f}{middle['p50_ms']:>9.1f}"
                  f"{middle['p99_ms']:>9.1f}{middle['max_ms']:>9.1f}")
    rounds = [one for rounds in results.values() for one in rounds]
    print("\nMedians of the rounds. " + "; ".join((
        f"{statistics.median(one['writes'] for one in rounds):.0f} writes a second",
        f"server's CPU {statistics.median(one['cpu'] for one in rounds):.2f} of one processor",
        f"private memory {statistics.median(one['bytes'] for one in rounds) / 1024:.1f} KiB a watcher",
        f"{statistics.median(one['later_bytes'] for one in rounds) / 1024:.1f} KiB more at the end")) + ".")
