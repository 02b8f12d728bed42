"""A catalog of the bench preset on a durable PostgreSQL that counts its statements, and calls of it, one or many at once."""

import json
import os
import pathlib
import subprocess
import sys

from programs import TOP

SETTINGS = {"shared_preload_libraries": "pg_stat_statements,auto_explain", "shared_buffers": "1GB", "max_wal_size": "4GB",
            "checkpoint_timeout": "15min", "effective_cache_size": "8GB"}
SECONDS_OF_A_STATEMENT = 3600


def make(folder):
    """The system (a context manager) and the modules of tests/e2e and tests/fuzz/methods that it is used with."""
    os.environ["DATELINE_BIN"] = str(pathlib.Path(folder) / "bin")
    sys.path[:0] = [str(TOP / "tests" / "fuzz" / "methods"), str(TOP / "tests" / "e2e")]
    # pylint: disable=import-outside-toplevel,import-error
    import caller
    import contract
    import system

    class ScaleSystem(system.System):

        def __enter__(self):
            try:
                self.postgres("start")
                self.set(SETTINGS)
                self.postgres("stop")
                self.postgres("start")
                self.sql("CREATE EXTENSION pg_stat_statements")
                self.set({"pg_stat_statements.track_planning": "on"})
                self.dateline("migrate", "--database", self.conninfo(), "--migrations", str(TOP / "deploy/postgres/migrations"))
                (self.folder / "page-token.key").write_text("5e" * 32 + "\n", encoding="ascii")
                self.start("catalog")
                self.contract = contract.load()
                self.caller = caller.Caller(self.contract, {"catalog": self.addresses["catalog"]})
                self.methods = {method.short: method for method in self.contract.methods if method.server == "catalog"}
                system.wait_until("the catalog serves", lambda: self.answer("CatalogService.GetStatus", {}).code == "OK")
            except BaseException:
                self.__exit__()
                raise
            return self

        def __exit__(self, *_):
            if hasattr(self, "caller"):
                self.caller.close()
            super().__exit__()

        def set(self, settings):
            """Settings of the server, which are read again; None takes one back."""
            for name, value in settings.items():
                self.sql(f"ALTER SYSTEM {'RESET' if value is None else 'SET'} {name}"
                         + ("" if value is None else f" = {', '.join(repr(part) for part in str(value).split(','))}"))
            self.sql("SELECT pg_reload_conf()")

        def sql(self, statement):
            """As the method of the class above, for statements that take long."""
            result = subprocess.run([str(system.POSTGRES), "psql", str(self.folder / "postgres"), "-Atq"], input=statement, text=True,
                                    capture_output=True, timeout=SECONDS_OF_A_STATEMENT, check=False)
            if result.returncode != 0:
                sys.exit(f"SQL failed: {result.stderr}\n{statement[:2000]}")
            return result.stdout.splitlines()

        def restart_catalog(self):
            self.stop("catalog")
            self.start("catalog")
            self.caller.connect("catalog")
            system.wait_until("the catalog serves", lambda: self.answer("CatalogService.GetStatus", {}).code == "OK")

        def request(self, short, request):
            """The bytes of a request, given as a message or as of JSON."""
            if not isinstance(request, dict):
                return request.SerializeToString()
            return json_format.ParseDict(request, self.methods[short].request()).SerializeToString()

        def answer(self, short, request):
            """How a call ended; of one that answers item by item, the first item that was refused."""
            return self.caller.call(self.methods[short], [self.request(short, request)], wait_for_ready=True)

        def must(self, short, request):  # pylint: disable=arguments-differ
            """The answer to a call that succeeds."""
            method = self.methods[short]
            response = self.caller.start(method, [self.request(short, request)], wait_for_ready=True).result()
            refused = self.caller.rejected(method, response)
            if refused:
                sys.exit(f"{short}: {refused}")
            return method.response.FromString(response)

        def write(self, short, requests, name="requests"):
            """Writes requests as load_client reads them; the file."""
            file = self.folder / name
            with open(file, "wb") as out:
                for request in requests:
                    data = self.request(short, request)
                    out.write(len(data).to_bytes(4, "little") + data)
            return file

        def start_load(self, short, file, callers, seconds):
            """Starts calls by `callers` at once, each request once, none begun after `seconds`."""
            return subprocess.Popen([str(pathlib.Path(folder) / "bench" / "load_client"), self.addresses["catalog"],
                                     self.methods[short].path, str(file), str(callers), str(seconds)],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        @staticmethod
        def end_load(process):
            """What the calls took, as load_client.cc says it; `told` has a message for each code of failures."""
            out, told = process.communicate()
            if process.returncode != 0:
                sys.exit(f"the load failed: {told}")
            return {**json.loads(out), "told": told.strip()}

        def load(self, short, requests, callers, seconds=600):
            return self.end_load(self.start_load(short, self.write(short, requests), callers, seconds))

    from google.protobuf import json_format
    return system, ScaleSystem()
