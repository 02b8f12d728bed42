"""Import of JSON lines by `dateline import`, end to end, against COPY of the rows that it wrote.

Programs, ingestion, catalog and PostgreSQL (durable: fsync and synchronous_commit are on) share the machine. Each round imports a file into
an empty database, dumps every table that the import has filled, and reads the dump by COPY (text, one transaction) into the same tables
with the same indexes of another empty database of the same server. Articles a second are those of the file over the wall time of `dateline
import`, its start included, and over that of COPY; the table shows medians, and the peaks of resident memory.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

from programs import TOP, build

# In the order of their references.
TABLES = ["publications", "clusters", "topics", "topic_parents", "topic_names", "authors", "articles", "article_revisions", "article_topics",
          "article_authors", "pins", "origins", "identities", "paths", "source_leases", "changes", "request_ids", "audit"]
SETS = {"digitalgov": (pathlib.Path("digitalgov-news/articles.jsonl.gz"), ["--body", "markdown"]),
        "reuters": (pathlib.Path("reuters21578/reuters21578.jsonl.gz"), ["--map", "topics=topics+places+people+orgs+exchanges"])}


def add_options(parser):
    parser.add_argument("--sets", default="digitalgov,reuters", help="which files, separated by commas: " + ", ".join(SETS))


def make_system(folder):
    """tests/e2e/system.py with the programs of the bench preset, a durable database and no query server."""
    os.environ["DATELINE_BIN"] = str(pathlib.Path(folder) / "bin")
    sys.path.insert(0, str(TOP / "tests" / "e2e"))
    import system  # pylint: disable=import-outside-toplevel

    class BenchSystem(system.System):

        def __enter__(self):
            try:
                self.postgres("start")
                self.migrate("dateline")
                (self.folder / "page-token.key").write_text("5e" * 32 + "\n", encoding="ascii")
                for name in ("catalog", "ingestion"):
                    self.start(name)
                system.wait_until("the servers are well", lambda: all(
                    line.split()[0] == "query:" or "UNREACHABLE" not in line for line in self.dateline("status", check=False).stdout.splitlines())
                    and self.dateline("source", "list", check=False).returncode == 0)
            except BaseException:
                self.__exit__()
                raise
            return self

        def migrate(self, database):
            self.dateline("migrate", "--database", self.conninfo().replace("dbname=dateline", f"dbname={database}"), "--migrations",
                          str(TOP / "deploy/postgres/migrations"))

    return system, BenchSystem()


def peak_bytes(pid):
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def processor_seconds(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class ProcessWatch:
    """Peaks of resident memory and processor time by name, of processes and of a server's children, looked at ten times a second."""

    def __init__(self, pids, postmaster):
        self.peaks = {}
        self._seconds = {}
        self._start = {pid: processor_seconds(pid) for pid in self._children(postmaster)}
        self._start.update({pid: processor_seconds(pid) for name, pid in pids.items()})
        self._pids = pids
        self._postmaster = postmaster
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    @staticmethod
    def _children(pid):
        return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]

    def _look(self):
        for name, pid in [*self._pids.items(), *(("postgres", pid) for pid in self._children(self._postmaster))]:
            self.peaks[name] = max(self.peaks.get(name, 0), peak_bytes(pid))
            self._seconds[name, pid] = max(self._seconds.get((name, pid), 0), processor_seconds(pid) - self._start.get(pid, 0))

    def _watch(self):
        while not self._done.wait(0.1):
            self._look()

    def stop(self):
        self._look()
        self._done.set()
        self._thread.join()
        seconds = {}
        for (name, _), value in self._seconds.items():
            seconds[name] = seconds.get(name, 0) + value
        return self.peaks, seconds


def import_once(one, system, file, arguments):
    """Seconds, articles, peaks of memory, processor seconds and last words of one import."""
    postmaster = int((pathlib.Path((one.folder / "postgres" / "home").read_text(encoding="utf-8").strip()) / "data" / "postmaster.pid")
                     .read_text(encoding="ascii").split()[0])
    one.dateline("publication", "add", "bench")
    one.dateline("source", "add", "bench", "--publication", "bench", "--categories", "create")
    command = [str(system.BIN / "dateline"), *(f"--{name}={address}" for name, address in one.addresses.items()), "import", str(file),
               "--source", "bench", "--restart", *arguments]
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        watch = ProcessWatch({"dateline import": process.pid, **{f"dateline-{name}": p.pid for name, p in one.processes.items()}}, postmaster)
        output = process.communicate()[0]
        seconds = time.monotonic() - start
    peaks, busy = watch.stop()
    articles = int(one.sql("SELECT count(*) FROM catalog.origins")[0])
    if process.returncode not in (0, 1) or articles == 0:
        sys.exit(f"the import failed:\n{output}")
    return seconds, articles, peaks, busy, output.strip().splitlines()[-2:]


def copy_once(one):
    """Seconds of COPY of what stands in the database into an empty one, and how many rows there are by table."""
    home = pathlib.Path((one.folder / "postgres" / "home").read_text(encoding="utf-8").strip())
    dump = home / "data"
    one.sql("CREATE DATABASE copied")
    one.migrate("copied")
    rows, script = {}, ["BEGIN;"]
    for table in TABLES:
        count = int(one.sql(f"SELECT count(*) FROM catalog.{table}")[0])
        if count == 0:
            continue
        rows[table] = count
        columns = ", ".join(one.sql("SELECT attname FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped AND attgenerated = '' AND "
                                    f"attrelid = 'catalog.{table}'::regclass ORDER BY attnum"))
        one.sql(f"COPY (SELECT {columns} FROM catalog.{table}) TO '{dump}/{table}.copy'")
        script.append(f"COPY catalog.{table} ({columns}) FROM '{dump}/{table}.copy';")
    script.append("COMMIT;")
    one.sql("CHECKPOINT")
    arguments = [str(TOP / "deploy/local/postgres"), "psql", str(one.folder / "postgres"), "-qX", "-v", "ON_ERROR_STOP=1", "-d", "copied"]
    start = time.monotonic()
    result = subprocess.run(arguments, input="\n".join(script), capture_output=True, text=True, check=False)
    seconds = time.monotonic() - start
    if result.returncode != 0:
        sys.exit(f"COPY failed:\n{result.stderr}")
    return seconds, rows


def bench_set(name, options):
    path, arguments = SETS[name]
    imports, copies, peaks, busy, rows, last = [], [], {}, {}, {}, []
    for number in range(options.rounds):
        system, one = make_system(options.build)
        file = system.SHARED_DATA / path
        if not file.exists():
            sys.exit(f"shared data is absent: {file}")
        with one:
            seconds, articles, peak, processor, last = import_once(one, system, file, arguments)
            imports.append(articles / seconds)
            seconds, rows = copy_once(one)
            copies.append(articles / seconds)
            for what, value in peak.items():
                peaks.setdefault(what, []).append(value)
            for what, value in processor.items():
                busy.setdefault(what, []).append(value / articles * 1e6)
        print(f"{name} round {number + 1}: {articles} articles, import {imports[-1]:.0f}/s, COPY {copies[-1]:.0f}/s, "
              f"{imports[-1] / copies[-1]:.2f} of COPY", flush=True)
    print("\n".join(last))
    print("rows: " + ", ".join(f"{table} {count}" for table, count in rows.items()))
    print(f"\n{name:<24}{'articles/s':>12}{'lowest':>10}{'highest':>10}")
    for what, rates in (("dateline import", imports), ("COPY", copies)):
        print(f"{what:<24}{statistics.median(rates):>12.0f}{min(rates):>10.0f}{max(rates):>10.0f}")
    ratios = [a / b for a, b in zip(imports, copies)]
    print(f"{'import / COPY':<24}{statistics.median(ratios):>12.2f}{min(ratios):>10.2f}{max(ratios):>10.2f}   (aim 0.40)")
    print("processor time, µs an article: " + ", ".join(f"{what} {statistics.median(values):.0f}" for what, values in busy.items()))
    print("peak of resident memory, MiB: " + ", ".join(f"{what} {statistics.median(values) / 2**20:.0f}" for what, values in peaks.items()) + "\n",
          flush=True)


def run(options):
    build(options.build, "dateline", "dateline-catalog", "dateline-ingestion")
    print(f"import: {options.rounds} rounds, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}", flush=True)
    for name in options.sets.split(","):
        bench_set(name, options)
