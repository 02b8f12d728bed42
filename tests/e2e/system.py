"""A whole Dateline for tests: a private PostgreSQL and the three servers as processes of their own, on ports that were free.

Programs come from the folder in DATELINE_BIN. The database is made by deploy/local/postgres.
"""

import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("DATELINE_BIN", TOP / "build" / "dev" / "bin"))
SHARED_DATA = pathlib.Path(os.environ.get("DATELINE_SHARED_DATA", TOP.parent / "shared" / "data"))
GOOGLEAPIS = TOP / "node_modules" / "google-gax" / "build" / "protos"
BUF = TOP / "node_modules" / ".bin" / "buf"
# The loader finds the library by the name of the machine's architecture.
FAKETIME = "/usr/$LIB/faketime/libfaketimeMT.so.1"
POSTGRES = TOP / "deploy" / "local" / "postgres"
SERVICES = {"ingestion": "dateline.ingestion.v1.IngestionService", "catalog": "dateline.catalog.v1.CatalogService",
            "query": "dateline.query.v1.QueryService"}
# The methods that a server serves under another service than its first.
OTHER_SERVICES = {
    "dateline.catalog.v1.IntakeService": ("EnsureTopics", "BatchUpsertArticles", "BatchAddArticleTopics"),
    "dateline.catalog.v1.ChangesService": ("ExportResources", "StreamChanges", "RegisterConsumer", "AcknowledgeTakedown",
                                            "ListTakedownReceipts"),
    "dateline.catalog.v1.WebhookService": ("CreateWebhook", "GetWebhook", "ListWebhooks", "UpdateWebhook", "DeleteWebhook", "ReplayWebhook",
                                           "ListDeliveries"),
    "dateline.query.v1.ReplicaService": ("StreamCheckpoint", "GetDigest"),
}


def service_of(name, method):
    """The full name of the gRPC service of server `name` that has the method."""
    return next((service for service, methods in OTHER_SERVICES.items() if method in methods), SERVICES[name])


def shared_data(test, name):
    """A folder of the shared data; where it is absent the test is skipped, and fails in continuous integration."""
    folder = SHARED_DATA / name
    if not folder.is_dir():
        message = f"shared data is absent: {name}"
        print(message)
        if os.environ.get("CI"):
            test.fail(message)
        test.skipTest(message)
    return folder


def free_ports(count):
    """Ports that nobody uses, below those that the system gives by itself: a server that is killed and started again needs its port back,
    and what connects or binds port 0 meanwhile must not get it."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        given = int(file.read().split()[0])
    candidates = list(range(max(1024, given // 2), given))
    random.SystemRandom().shuffle(candidates)
    ports = []
    for port in candidates:
        if len(ports) == count:
            return ports
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.append(port)
    raise AssertionError(f"no {count} free ports below {given}")


def wait_until(what, condition, seconds=60):
    """Polls until `condition()` is true; its last answer is in the failure."""
    deadline = time.monotonic() + seconds
    answer = condition()
    while not answer:
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)
        answer = condition()
    return answer


class NodeClient:
    """tests/e2e/node_client.mjs as a child process."""

    def __init__(self):
        self._process = subprocess.Popen(["node", str(TOP / "tests" / "e2e" / "node_client.mjs"), str(TOP / "proto"), str(GOOGLEAPIS)],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def call(self, **arguments):
        self._process.stdin.write(json.dumps(arguments) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError("the Node client has ended")
        return json.loads(line)

    def close(self):
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


class System:
    """Use as a context manager. `start` and `stop` take the name of a service."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="dateline-e2e."))
        # PostgreSQL's own user must be able to enter.
        self.folder.chmod(0o755)
        ports = free_ports(6)
        self.addresses = {name: f"127.0.0.1:{port}" for name, port in zip(SERVICES, ports)}
        self._metrics = {name: f"127.0.0.1:{port}" for name, port in zip(SERVICES, ports[3:])}
        self.processes = {}
        self._node = None

    def __enter__(self):
        try:
            self.postgres("start", "--fast")
            self.dateline("migrate", "--database", self.conninfo(), "--migrations", str(TOP / "deploy/postgres/migrations"))
            (self.folder / "page-token.key").write_text("5e" * 32 + "\n", encoding="ascii")
            for name in ("catalog", "ingestion", "query"):
                self.start(name)
            self.wait_until_well()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._node:
            self._node.close()
        # Catalogs last, as the others call them.
        for name in ("query", "ingestion", *list(self.processes)):
            if name in self.processes:
                self.stop(name)
        self.postgres("stop", "--purge")
        shutil.rmtree(self.folder)

    def postgres(self, command, *arguments):
        result = subprocess.run([str(POSTGRES), command, str(self.folder / "postgres"), *arguments], capture_output=True, text=True,
                                timeout=120, check=False)
        if result.returncode != 0:
            raise AssertionError(f"postgres {command} failed: {result.stdout}{result.stderr}")
        return result.stdout

    def conninfo(self, role="postgres"):
        return self.postgres("conninfo", role).strip()

    def sql(self, statement):
        """The rows of a statement as psql prints them, run by the administrator."""
        return self.postgres("psql", "-Atqc", statement).splitlines()

    def metrics(self, name):
        """host:port where a server shows its metrics."""
        return self._metrics[name]

    def add_server(self, name):
        """Gives one more server a name and addresses; `start` takes it with the program that it runs."""
        ports = free_ports(2)
        self.addresses[name], self._metrics[name] = (f"127.0.0.1:{port}" for port in ports)

    def start(self, name, *extra, program=None, environment=None, clock_offset=None):
        """Starts a server, with more arguments or variables, or with a wall clock that is off, such as "-2s" or "+1h"."""
        program = program or name
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        arguments = ["--listen", self.addresses[name], "--metrics-listen", self._metrics[name],
                     "--page-token-key-file", str(self.folder / "page-token.key")]
        settings = {key: value for key, value in os.environ.items() if not key.startswith("DATELINE_")}
        settings["DATELINE_DATABASE"] = self.conninfo(f"dateline_{program}")
        if program != "catalog":
            arguments += ["--catalog", self.addresses["catalog"]]
        if program == "query":
            arguments += ["--data-dir", str(folder)]
        settings |= environment or {}
        if clock_offset:
            settings |= {"LD_PRELOAD": FAKETIME, "FAKETIME": clock_offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        with open(self.folder / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen([str(BIN / f"dateline-{program}"), *arguments, *extra], stdin=subprocess.DEVNULL,
                                                    stdout=log, stderr=log, env=settings)

    def stop(self, name, how=signal.SIGTERM, seconds=30):
        """Ends a server and answers its exit code; one that does not end in time is killed and fails the test."""
        process = self.processes.pop(name)
        process.send_signal(how)
        try:
            return process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"{name} did not end within {seconds} s\n{self.log(name)}") from None

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-4000:]

    def wait_until_well(self):
        def well():
            for name, process in self.processes.items():
                if process.poll() is not None:
                    raise AssertionError(f"{name} has ended with {process.returncode}\n{self.log(name)}")
            return self.dateline("status", check=False).returncode == 0

        try:
            wait_until("the servers are well", well)
        except AssertionError as error:
            status = self.dateline("status", check=False)
            raise AssertionError(f"{error}\n{status.stdout}{status.stderr}") from None

    def dateline(self, *arguments, check=True, stdin=None, query="query"):
        """Runs the operator's command against this system; `query` names the query server that is asked."""
        servers = {name: self.addresses[name] for name in SERVICES} | {"query": self.addresses[query]}
        command = [str(BIN / "dateline"), *(f"--{name}={address}" for name, address in servers.items()), *arguments]
        result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False, input=stdin)
        if check and result.returncode != 0:
            raise AssertionError(f"dateline {' '.join(arguments)} failed:\n{result.stdout}{result.stderr}")
        return result

    def verify(self, query="query"):
        """Asserts that a replica equals the catalog, resource by resource, at a position that the catalog has reached by now."""
        result = self.dateline("status", "--verify", check=False, query=query)
        verified = [line for line in result.stdout.splitlines() if line.startswith("verify ")]
        if not verified or "the replica equals the catalog" not in verified[0]:
            raise AssertionError(f"not verified:\n{result.stdout}{result.stderr}")
        print(verified[0], flush=True)

    def buf_curl(self, service, method, request):
        """The answer to a call that buf makes by reflection."""
        url = f"http://{self.addresses[service]}/{service_of(service, method)}/{method}"
        result = subprocess.run([str(BUF), "curl", "--protocol", "grpc", "--http2-prior-knowledge", "-d", json.dumps(request), url],
                                capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)
        if result.returncode != 0:
            raise AssertionError(f"buf curl failed: {result.stdout}{result.stderr}")
        return json.loads(result.stdout)

    def call(self, service, method, request, **options):
        """{response} or {code, message, details} of a call by the Node client."""
        self._node = self._node or NodeClient()
        return self._node.call(address=self.addresses[service], service=service_of(service, method), method=method, request=request, **options)

    def must(self, service, method, request, **options):
        answer = self.call(service, method, request, **options)
        if "response" not in answer:
            raise AssertionError(f"{method} failed: {answer}")
        return answer["response"]


def reason_of(answer):
    """The reason in the one ErrorInfo that a failed call must carry."""
    infos = [detail for detail in answer.get("details", []) if detail["type"] == "ErrorInfo"]
    if len(infos) != 1 or infos[0]["domain"] != "dateline":
        raise AssertionError(f"not exactly one ErrorInfo of dateline: {answer}")
    return infos[0]["reason"]


def detail_of(answer, kind):
    """The first detail of a kind, such as RetryInfo; None if there is none."""
    return next((detail for detail in answer.get("details", []) if detail["type"] == kind), None)
