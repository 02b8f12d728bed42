#!/usr/bin/env python3
"""Three hosts: ingestion, catalog and query in network namespaces of their own, TLS both ways between them, and the topic page through
all of them. The operator is a fourth host. The database is reached through its socket, by ingestion and catalog alike."""

import os
import pathlib
import shutil
import subprocess
import unittest

import hosts
import system

PORTS = {"ingestion": 7101, "catalog": 7102, "query": 7103}


class HostsTest(unittest.TestCase):

    def setUp(self):
        reason = hosts.missing()
        if reason:
            (self.fail if os.environ.get("CI") else self.skipTest)(reason)
        self.page = system.shared_data(self, "topic-page")
        self.system = system.System()
        self.addCleanup(shutil.rmtree, self.system.folder)
        self.addCleanup(self.system.postgres, "stop", "--purge")
        self.hosts = self.enterContext(hosts.Hosts([*PORTS, "operator"]))
        self.folder = self.system.folder / "tls"
        self.folder.mkdir()
        authority = hosts.Authority(self.folder)
        for name, address in self.hosts.addresses.items():
            authority.issue(name, address)
        (self.folder / "roles").write_text("ingestion ingester service\nquery service\noperator admin\n", encoding="ascii")

    def tls(self, name):
        return ["--tls-certificate", str(self.folder / f"{name}.pem"), "--tls-key", str(self.folder / f"{name}.key"),
                "--tls-client-ca", str(self.folder / "ca.pem"), "--caller-roles", str(self.folder / "roles")]

    def start(self, name, *more):
        folder = self.system.folder / name
        folder.mkdir()
        command = [*self.hosts.inside(name), str(system.BIN / f"dateline-{name}"), "--listen", f"{self.hosts.addresses[name]}:{PORTS[name]}",
                   "--metrics-listen", f"{self.hosts.addresses[name]}:9100", *self.tls(name), *more]
        environment = dict(os.environ)
        if name != "query":
            environment["DATELINE_DATABASE"] = self.system.conninfo(f"dateline_{name}")
        with open(self.system.folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        self.addCleanup(self.end, process)

    def end(self, process):
        process.terminate()
        process.wait(timeout=30)

    def operator(self, *words, name="operator", check=True):
        addresses = [f"--{server}={self.hosts.addresses[server]}:{port}" for server, port in PORTS.items()]
        tls = ["--peer-ca", str(self.folder / "ca.pem")]
        if name:
            tls += ["--peer-certificate", str(self.folder / f"{name}.pem"), "--peer-key", str(self.folder / f"{name}.key")]
        command = [*self.hosts.inside("operator"), str(system.BIN / "dateline"), *addresses, *tls, *words]
        result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if check:
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result

    def test_the_topic_page_through_three_hosts(self):
        self.system.postgres("start", "--fast")
        self.system.dateline("migrate", "--database", self.system.conninfo(), "--migrations",
                             str(pathlib.Path(system.TOP) / "deploy/postgres/migrations"))
        catalog = f"{self.hosts.addresses['catalog']}:{PORTS['catalog']}"
        self.start("catalog")
        peer = ["--catalog", catalog, "--peer-ca", str(self.folder / "ca.pem")]
        self.start("ingestion", *peer)
        self.start("query", *peer, "--data-dir", str(self.system.folder / "query"))
        system.wait_until("the servers are well", lambda: self.operator("status", check=False).returncode == 0)
        self.operator("ingest", str(self.page / "feed.xml"))
        expected = (self.page / "expected.txt").read_text(encoding="utf-8")
        system.wait_until("the page is the expected one", lambda: self.operator("latest", "kazakhstan", check=False).stdout == expected)
        # Who shows no certificate is not let in.
        self.assertNotEqual(self.operator("latest", "kazakhstan", name=None, check=False).returncode, 0)


if __name__ == "__main__":
    unittest.main()
