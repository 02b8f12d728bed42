"""Reads of a list over loopback while writes arrive, against echo servers and a prepared SQL query.

The newest ten articles of a topic, drawn by Zipf's law or uniformly, are read from the query service, from the same with no pages kept, from
an echo server of the same build that answers a typed message of the median answer's size, from one that answers its bytes, and by a prepared
SQL query through pgbench from a private PostgreSQL with the same rows, to which nothing is written. Then those that are in both of two
topics: with one article in a hundred in common, and with none. Rounds take turns; the tables show medians. All share the machine. CPU is
that of the server's process without the writes, by call; the client's stands apart.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from programs import HERE, build

POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")


def add_options(parser):
    parser.add_argument("--articles", type=int, help="100,000 if not given, of scale and replica 1,000,000")
    parser.add_argument("--clients", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--writes", type=int, default=100, help="articles a second that are written meanwhile")
    parser.add_argument("--body-words", type=int, default=450, help="450 are 3 kB, 60 some 400 bytes")
    parser.add_argument("--sql", action=argparse.BooleanOptionalAction, default=True, help="measure PostgreSQL too, beside `zipf`")
    parser.add_argument("--lists", nargs="+", default=["zipf", "uniform", "both", "disjoint"], choices=["zipf", "uniform", "both", "disjoint"])


class Postgres:
    """A PostgreSQL of its own, on a Unix socket, with everything in memory that fits. initdb refuses root, who runs it as postgres."""

    def __init__(self, folder):
        self.folder = folder
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.as_user:
            shutil.chown(folder, "postgres")
        self._run("initdb", "--pgdata=data", "--username=bench", "--auth=trust", "--no-sync")
        settings = {"listen_addresses": "", "unix_socket_directories": folder, "shared_buffers": "512MB", "fsync": "off"}
        options = " ".join(f"-c {key}='{value}'" for key, value in settings.items())
        self._run("pg_ctl", "--pgdata=data", "--log=log", "--wait", f"--options={options}", "start")

    def _run(self, tool, *arguments):
        subprocess.run([*self.as_user, POSTGRES / tool, *arguments], cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def load(self):
        for table in ("articles.tsv", "postings.tsv"):
            os.chmod(pathlib.Path(self.folder, table), 0o644)
        shutil.copy(HERE / "list_schema.sql", self.folder)
        shutil.copy(HERE / "list_page.sql", self.folder)
        self._run("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--host={self.folder}", "--username=bench",
                  "--file=list_schema.sql", "postgres")

    def pages_per_second(self, clients, seconds, seed):
        """Pages a second and the mean latency in microseconds."""
        answer = subprocess.run(
            [*self.as_user, POSTGRES / "pgbench", "--no-vacuum", "--protocol=prepared", f"--client={clients}", f"--jobs={min(clients, 2)}",
             f"--time={max(1, round(seconds))}", f"--random-seed={seed}", f"--host={self.folder}", "--username=bench",
             "--file=list_page.sql", "postgres"], cwd=self.folder, check=True, capture_output=True, text=True).stdout
        return float(re.search(r"tps = ([\d.]+)", answer).group(1)), float(re.search(r"latency average = ([\d.]+)", answer).group(1)) * 1000

    def stop(self):
        self._run("pg_ctl", "--pgdata=data", "--wait", "--mode=immediate", "stop")


class Server:
    """The servers that are measured, one process."""

    def __init__(self, programs, folder, options):
        self.process = subprocess.Popen(
            [programs / "list_server", folder, str(options.articles), str(options.seed), str(options.writes), str(options.body_words),
             str(int(options.sql))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ports = json.loads(self.process.stdout.readline() or "null")
        if self.ports is None:
            sys.exit("list_server did not start")

    def counts(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def call(programs, server, what, clients, lists, seed, options):
    """One round of calls: what the client says, and the server's part beside it."""
    before = server.counts()
    answer = json.loads(subprocess.run(
        [programs / "list_client", str(server.ports[what]), str(clients), str(options.seconds), str(seed), lists],
        check=True, capture_output=True, text=True).stdout)
    after = server.counts()
    found, made = (after[name] - before[name] for name in ("found", "made"))
    answer["server_us"] = (after["cpu_seconds"] - before["cpu_seconds"]) * 1e6 / answer["calls"]
    answer["hits"] = found / (found + made) if found + made else None
    return answer


def measure(programs, server, postgres, clients, lists, options):
    """What -> list of answers, rounds taking turns."""
    results = {what: [] for what in ("query", "without", "typed", "bytes") + (("sql",) if lists == "zipf" and options.sql else ())}
    for number in range(options.rounds):
        order = list(results)
        turn = number % len(order)
        for what in order[turn:] + order[:turn]:
            if what == "sql":
                rate, mean = postgres.pages_per_second(clients, options.seconds, options.seed + number)
                results[what].append({"per_second": rate, "mean_us": mean})
            else:
                results[what].append(call(programs, server, what, clients, lists, options.seed + number, options))
    return results


NAMES = {"query": "ListArticles", "without": "the same, no pages kept", "typed": "echo, typed message", "bytes": "echo, one slice of bytes",
         "sql": "prepared SQL (pgbench)"}


def report(results, clients, lists):
    def median(what, name):
        values = [answer[name] for answer in results[what] if answer.get(name) is not None]
        return statistics.median(values) if values else None

    def cell(value, width, text):
        return (text.format(value) if value is not None else "").rjust(width)

    print(f"\n{lists}, {clients} clients")
    columns = {"calls/s": 9, "lowest": 9, "highest": 9, "p50 µs": 9, "p99 µs": 9, "CPU µs": 8, "client": 8, "hits": 7, "× slice": 9, "p99 ×": 7}
    print(" " * 26 + "".join(f"{name:>{width}}" for name, width in columns.items()))
    for what in results:
        rates = [answer["per_second"] for answer in results[what]]
        p99 = median(what, "p99_us")
        print(f"{NAMES[what]:<26}{statistics.median(rates):>9.0f}{min(rates):>9.0f}{max(rates):>9.0f}"
              + cell(median(what, "p50_us"), 9, "{:.0f}") + cell(p99, 9, "{:.0f}") + cell(median(what, "server_us"), 8, "{:.1f}")
              + cell(median(what, "cpu_us"), 8, "{:.1f}") + cell(median(what, "hits"), 7, "{:.1%}")
              + cell(statistics.median(rates) / median("bytes", "per_second"), 9, "{:.2f}")
              + cell(p99 / median("bytes", "p99_us") if p99 else None, 7, "{:.2f}"))


def run(options):
    options = argparse.Namespace(**{**vars(options), "articles": options.articles or 100_000})
    programs = build(options.build, "list_server", "list_client")
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        os.chmod(folder, 0o755)
        print(f"list: {options.articles} articles, {options.writes} writes a second, {options.rounds} rounds of {options.seconds} s, "
              f"seed {options.seed}, {os.cpu_count()} processors", flush=True)
        server = Server(programs, folder, options)
        postgres = None
        try:
            print(f"loaded in {server.ports['load_seconds']:.1f} s into {server.ports['store_bytes'] / 2**20:.0f} MiB; "
                  f"the median answer has {server.ports['answer_bytes']} bytes", flush=True)
            if options.sql:
                postgres = Postgres(folder)
                postgres.load()
            begun, first = time.monotonic(), server.counts()
            for lists in options.lists:
                for clients in options.clients:
                    report(measure(programs, server, postgres, clients, lists, options), clients, lists)
            end = server.counts()
            rate = (end["applied"] - first["applied"]) / (time.monotonic() - begun)
            before, behind = (counts["private_bytes"] / 2**20 for counts in (first, end))
            print(f"\nMedians of the rounds. {rate:.1f} articles a second were written meanwhile. The servers, in one process with the loader and"
                  f" the writes to come, have {before:.0f} MiB of private memory before all calls and {behind:.0f} MiB behind them.")
        finally:
            server.stop()
            if postgres is not None:
                postgres.stop()
