#!/usr/bin/env python3
"""The manifests of deploy/k8s: they render, are valid for several versions of Kubernetes, agree with themselves and with the programs,
and give the pods no right that they do not need. Needs kubectl and the schemas of the shared data; absent ones skip the test, and fail
it in continuous integration."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

import jsonschema
import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("DATELINE_BIN", TOP / "build" / "dev" / "bin"))
SCHEMAS = pathlib.Path(os.environ.get("DATELINE_SHARED_DATA", TOP.parent / "shared" / "data")) / "k8s-schemas"
RENDERED = ("deploy/k8s/overlays/dev", "tests/manifests/address")
SERVERS = ("catalog", "ingestion", "query")
# Made by the operator and no part of what is rendered.
OPERATORS_SECRETS = {"dateline-keys", "dateline-catalog-database", "dateline-ingestion-database", "dateline-query-database",
                     "dateline-migrator-database"}


def need(test, there, what):
    if not there:
        if os.environ.get("CI"):
            test.fail(f"{what} is absent")
        test.skipTest(f"{what} is absent")


def render(folder):
    text = subprocess.run(["kubectl", "kustomize", folder], cwd=TOP, capture_output=True, text=True, check=True, timeout=60).stdout
    return list(yaml.safe_load_all(text))


def flags_of(program, *words):
    """({flag}, {variable}) that a program's own help tells."""
    text = subprocess.run([str(BIN / program), *words, "--help"], capture_output=True, text=True, check=True, timeout=30).stdout
    return set(re.findall(r"^\s+(--[a-z0-9-]+)", text, re.MULTILINE)), set(re.findall(r"\((DATELINE_[A-Z0-9_]+)\)", text))


def seconds(text):
    return int(text[:-1]) * {"s": 1, "m": 60}[text[-1]]


class Manifests(unittest.TestCase):

    def setUp(self):
        need(self, shutil.which("kubectl"), "kubectl")

    def each(self):
        """What is rendered from each folder, one after the other."""
        for folder in RENDERED:
            print(f"rendered from {folder}")
            yield render(folder)

    def of(self, objects, kind, name=None):
        found = [one for one in objects if one["kind"] == kind and name in (None, one["metadata"]["name"])]
        self.assertTrue(found, f"no {kind} {name or ''}")
        return found if name is None else found[0]

    def pods(self, objects):
        """(name, pod spec) of everything that starts pods of our own."""
        return [(one["metadata"]["name"], one["spec"]["template"]["spec"]) for one in objects if one["kind"] in ("Deployment", "Job")]

    def settings(self, objects, container):
        """The variables of a container with a value that stands in the manifests."""
        answer = {}
        for source in container.get("envFrom", []):
            answer |= self.of(objects, "ConfigMap", source["configMapRef"]["name"])["data"]
        return answer | {one["name"]: one["value"] for one in container.get("env", []) if "value" in one}

    def servers(self, objects):
        """(server, deployment, container, settings)."""
        for server in SERVERS:
            deployment = self.of(objects, "Deployment", f"dateline-{server}")
            [container] = deployment["spec"]["template"]["spec"]["containers"]
            yield server, deployment, container, self.settings(objects, container)

    def test_they_are_valid(self):
        need(self, SCHEMAS.is_dir(), "shared data: k8s-schemas")
        for objects in self.each():
            for one in objects:
                group, _, version = one["apiVersion"].rpartition("/")
                kind = one["kind"].lower()
                short = group.removesuffix(".k8s.io").split(".")[0]
                files = [SCHEMAS / "crds" / group / f"{kind}_{version}.json"] if (SCHEMAS / "crds" / group).is_dir() and group else [
                    folder / ("-".join(filter(None, (kind, short, version))) + ".json") for folder in SCHEMAS.glob("v*")]
                self.assertTrue(files)
                for file in files:
                    with self.subTest(object=f"{kind}/{one['metadata']['name']}", schema=file.parent.name):
                        schema = json.loads(file.read_text(encoding="utf-8"))
                        errors = jsonschema.Draft7Validator(schema).iter_errors(one)
                        self.assertEqual([f"{list(error.path)}: {error.message}" for error in errors], [])

    def test_every_setting_is_one_that_the_program_has(self):
        for objects in self.each():
            for name, pod in self.pods(objects):
                [container] = pod["containers"]
                program, *words = container["command"]
                flags, variables = flags_of(program, *words)
                used = {word.split("=")[0] for word in container.get("args", []) if word.startswith("--")}
                self.assertEqual(used - flags, set(), name)
                given = {key for key in self.settings(objects, container) if key.startswith("DATELINE_")}
                self.assertEqual(given - variables, set(), name)

    def test_ports_agree(self):
        for objects in self.each():
            addresses = {}
            for server, deployment, container, settings in self.servers(objects):
                ports = {one["name"]: one["containerPort"] for one in container["ports"]}
                self.assertEqual(settings["DATELINE_LISTEN"], f"0.0.0.0:{ports['grpc']}")
                self.assertEqual(settings["DATELINE_METRICS_LISTEN"], f"0.0.0.0:{ports['metrics']}")
                service = self.of(objects, "Service", deployment["metadata"]["name"])
                # Probes come to the pod itself.
                self.assertEqual({one["name"]: (one["port"], one["targetPort"]) for one in service["spec"]["ports"]},
                                 {name: (port, name) for name, port in ports.items() if name != "health"})
                addresses[server] = f"{service['metadata']['name']}:{ports['grpc']}"
                # A probe speaks no TLS, and the server's own port nothing else.
                self.assertEqual(settings["DATELINE_HEALTH_LISTEN"], f"0.0.0.0:{ports['health']}")
                self.assertEqual(container["readinessProbe"]["grpc"]["port"], ports["health"])
            for server, _, _, settings in self.servers(objects):
                if server != "catalog":
                    self.assertEqual(settings["DATELINE_CATALOG"], addresses["catalog"])
            self.assertEqual(self.of(objects, "Service", "dateline-query")["spec"]["clusterIP"], "None")

    def test_pods_have_no_right_that_they_do_not_need(self):
        for objects in self.each():
            for name, pod in self.pods(objects):
                with self.subTest(pod=name):
                    self.assertIs(pod["automountServiceAccountToken"], False)
                    self.assertEqual(self.of(objects, "ServiceAccount", pod["serviceAccountName"])["metadata"]["name"], name)
                    self.assertIs(pod["securityContext"]["runAsNonRoot"], True)
                    self.assertGreater(pod["securityContext"]["runAsUser"], 999)
                    self.assertEqual(pod["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
                    self.assertFalse({"hostNetwork", "hostPID", "hostIPC"} & set(pod))
                    for container in pod["containers"]:
                        self.assertEqual(container["securityContext"], {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                                                                        "capabilities": {"drop": ["ALL"]}})
                        self.assertTrue(container["resources"]["requests"]["cpu"])
                        self.assertTrue(container["resources"]["limits"]["memory"])

    def test_what_is_referred_to_exists(self):
        for objects in self.each():
            secrets = OPERATORS_SECRETS | {one["metadata"]["name"] for one in objects if one["kind"] == "Secret"}
            secrets |= {one["spec"]["secretName"] for one in objects if one["kind"] == "Certificate"}
            for name, pod in self.pods(objects):
                [container] = pod["containers"]
                volumes = {one["name"]: one for one in pod.get("volumes", [])}
                mounts = {one["name"]: one["mountPath"] for one in container.get("volumeMounts", [])}
                self.assertEqual(set(mounts), set(volumes), name)
                used = {one["secret"]["secretName"] for one in volumes.values() if "secret" in one}
                used |= {one["valueFrom"]["secretKeyRef"]["name"] for one in container.get("env", []) if "valueFrom" in one}
                self.assertEqual(used - secrets, set(), name)
                if name == "dateline-migrate":
                    continue
                paths = [value for value in (*self.settings(objects, container).values(), *container["args"]) if value.startswith("/")]
                for path in paths:
                    self.assertTrue(any(pathlib.PurePath(path).is_relative_to(mount) for mount in mounts.values()), f"{name}: {path}")
            for server, deployment, _, _ in self.servers(objects):
                labels = deployment["spec"]["template"]["metadata"]["labels"]
                for selector in (deployment["spec"]["selector"]["matchLabels"],
                                 self.of(objects, "Service", f"dateline-{server}")["spec"]["selector"]):
                    self.assertEqual(selector, {"app.kubernetes.io/name": labels["app.kubernetes.io/name"]})

    def test_ready_is_not_the_same_as_alive(self):
        for objects in self.each():
            for server, _, container, _ in self.servers(objects):
                [package] = [line for line in (TOP / "proto" / "dateline" / server / "v1" / f"{server}_service.proto").read_text(
                    encoding="utf-8").splitlines() if line.startswith("package ")]
                service = f"{package.split()[1].rstrip(';')}.{server.capitalize()}Service"
                self.assertEqual(container["readinessProbe"]["grpc"]["service"], service)
                # A database or catalog that is away lowers the health; it must restart nothing.
                self.assertNotIn("grpc", container["livenessProbe"])

    def test_calls_can_end_before_the_pod_does(self):
        for objects in self.each():
            for _, deployment, _, settings in self.servers(objects):
                grace = deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
                self.assertGreater(grace, seconds(settings["DATELINE_DRAIN_TIMEOUT"]))

    def test_the_database_has_connections_for_all(self):
        cluster = self.of(render(RENDERED[0]), "Cluster")[0]
        # The base's replicas, as a production overlay would take them; the overlays of these tests may have fewer. One more pod of each
        # while a new version rolls out, those of deliveries, streams and the feed besides, and a reserve for people. A query server has one.
        objects = render("deploy/k8s/base")
        wanted = 20
        for server, deployment, _, settings in self.servers(objects):
            if "DATELINE_DATABASE" in settings:
                others = 9 if server == "catalog" else 0
                wanted += (deployment["spec"]["replicas"] + 1) * (int(settings.get("DATELINE_DATABASE_CONNECTIONS", 1)) + others)
        self.assertLess(wanted, int(cluster["spec"]["postgresql"]["parameters"]["max_connections"]))


if __name__ == "__main__":
    unittest.main()
