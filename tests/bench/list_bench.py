"""Reads of a list over loopback, against an echo server and a prepared SQL query.

The newest ten articles of a topic are read from the query service, from an echo server of the same build that answers the same bytes as a
typed message, from one that answers them as bytes, and by a prepared SQL query through pgbench from a private PostgreSQL with the same
rows. Rounds take turns; the table shows medians. Clients and servers share the machine.
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

from programs import HERE, build

POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")


def add_options(parser):
    parser.add_argument("--articles", type=int, help="100,000 if not given, of scale 1,000,000")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=4)


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


def measure(programs, ports, postgres, options):
    """What -> list of (calls a second, median or mean latency), rounds taking turns."""
    results = {what: [] for what in ("query", "typed", "bytes", "sql")}
    for number in range(options.rounds):
        order = list(results)
        for what in order[number % 4:] + order[:number % 4]:
            if what == "sql":
                results[what].append(postgres.pages_per_second(options.clients, options.seconds, options.seed + number))
                continue
            answer = json.loads(subprocess.run(
                [programs / "list_client", str(ports[what]), str(options.clients), str(options.seconds), str(options.seed + number)],
                check=True, capture_output=True, text=True).stdout)
            results[what].append((answer["per_second"], answer["p50_us"]))
    return results


def report(results):
    names = {"query": "ListArticles", "typed": "echo, typed message", "bytes": "echo, bytes", "sql": "prepared SQL (pgbench)"}
    query = statistics.median(rate for rate, _ in results["query"])
    print(f"\n{'':<24}{'calls/s':>10}{'lowest':>10}{'highest':>10}{'latency µs':>12}{'ListArticles is':>18}")
    for what, rounds in results.items():
        rates = [rate for rate, _ in rounds]
        rate = statistics.median(rates)
        latency = statistics.median(latency for _, latency in rounds)
        ratio = "" if what == "query" else f"{query / rate:.2f} ×"
        print(f"{names[what]:<24}{rate:>10.0f}{min(rates):>10.0f}{max(rates):>10.0f}{latency:>12.0f}{ratio:>18}")
    print("\nMedians of the rounds. Latency: the median call's, of SQL the mean.")


def run(options):
    options = argparse.Namespace(**{**vars(options), "articles": options.articles or 100_000})
    programs = build(options.build, "list_server", "list_client")
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        os.chmod(folder, 0o755)
        print(f"list: {options.articles} articles, {options.clients} clients, {options.rounds} rounds of {options.seconds} s, "
              f"seed {options.seed}, {os.cpu_count()} processors", flush=True)
        with subprocess.Popen([programs / "list_server", folder, str(options.articles), str(options.seed)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as server:
            postgres = None
            try:
                ports = json.loads(server.stdout.readline() or "null")
                if ports is None:
                    sys.exit("list_server did not start")
                print(f"loaded in {ports['load_seconds']:.1f} s into {ports['store_bytes'] / 2**20:.0f} MiB; "
                      f"an answer has {ports['answer_bytes']} bytes", flush=True)
                postgres = Postgres(folder)
                postgres.load()
                report(measure(programs, ports, postgres, options))
            finally:
                server.stdin.close()
                if postgres is not None:
                    postgres.stop()
