"""Hosts for tests as network namespaces of this machine, joined by a bridge. Needs root and iproute2."""

import os
import shutil
import subprocess

NETWORK = "10.213.7"


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=30).stdout


def missing():
    """Why there can be no hosts here; None if there can."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return "hosts as network namespaces need root and iproute2 (deploy/local/install --ci)"
    name = f"dlprobe{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode != 0:
        return "network namespaces are not permitted here"
    run("ip", "netns", "delete", name)
    return None


class Hosts:
    """{name: address} in `addresses`. Use as a context manager; names are unique to the process."""

    def __init__(self, names):
        self.addresses = {name: f"{NETWORK}.{number}" for number, name in enumerate(names, 2)}
        self._mark = f"dl{os.getpid()}"

    def space(self, name):
        return f"{self._mark}-{name}"

    def __enter__(self):
        run("ip", "netns", "add", self.space("switch"))
        run("ip", "-n", self.space("switch"), "link", "add", "bridge", "type", "bridge")
        run("ip", "-n", self.space("switch"), "link", "set", "bridge", "up")
        for number, (name, address) in enumerate(self.addresses.items()):
            run("ip", "netns", "add", self.space(name))
            run("ip", "-n", self.space(name), "link", "add", "eth0", "type", "veth", "peer", "name", f"port{number}", "netns",
                self.space("switch"))
            run("ip", "-n", self.space("switch"), "link", "set", f"port{number}", "master", "bridge", "up")
            run("ip", "-n", self.space(name), "address", "add", f"{address}/24", "dev", "eth0")
            run("ip", "-n", self.space(name), "link", "set", "eth0", "up")
            run("ip", "-n", self.space(name), "link", "set", "lo", "up")
        return self

    def __exit__(self, *_):
        for name in (*self.addresses, "switch"):
            subprocess.run(["ip", "netns", "delete", self.space(name)], capture_output=True, check=False)

    def inside(self, name):
        """Words before a command that runs on a host."""
        return ["ip", "netns", "exec", self.space(name)]


class Authority:
    """Certificates made by openssl for names and addresses, in a folder: NAME.pem, NAME.key, ca.pem."""

    def __init__(self, folder):
        self.folder = folder
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
            "/CN=test authority", "-keyout", str(folder / "ca.key"), "-out", str(folder / "ca.pem"))

    def issue(self, name, address):
        key, request, extensions = (self.folder / f"{name}.{ending}" for ending in ("key", "csr", "ext"))
        extensions.write_text(f"subjectAltName=DNS:{name},IP:{address}\n", encoding="ascii")
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}", "-keyout",
            str(key), "-out", str(request))
        run("openssl", "x509", "-req", "-in", str(request), "-CA", str(self.folder / "ca.pem"), "-CAkey", str(self.folder / "ca.key"),
            "-CAcreateserial", "-days", "2", "-extfile", str(extensions), "-out", str(self.folder / f"{name}.pem"))
