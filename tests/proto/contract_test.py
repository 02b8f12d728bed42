#!/usr/bin/env python3
"""The contract's checks with buf: lint, format, and no change that breaks a caller, against the descriptor set in tests/golden.

After an intended change renew the set: contract_test.py --renew. It refuses a change that breaks callers unless the Unreleased part of
CHANGELOG.md names, `between back-ticks`, what was removed or changed (`CatalogService.ReservePath`, `Publication.home_page`), or the
whole package (`dateline.query.v1`).
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
BUF = TOP / "node_modules" / ".bin" / "buf"
GOLDEN = TOP / "tests" / "golden" / "dateline.binpb"
CHANGELOG = TOP / "CHANGELOG.md"


def buf(*arguments, cwd=TOP):
    return subprocess.run([str(BUF), *arguments], cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def breaking(*arguments, cwd=TOP):
    """buf's answer on what callers of the golden set would miss; 100 if there is something."""
    return buf("breaking", "proto", "--against", str(GOLDEN), *arguments, cwd=cwd)


def names_in(changelog):
    """What the Unreleased part names between back-ticks: each whole, and each of its words."""
    part = re.search(r"^## \[Unreleased\]$(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", part.group(1)) if part else []
    return set(spans) | {word for span in spans for word in re.split(r"[^A-Za-z0-9_]+", span) if word}


def unnamed(findings, changelog):
    """The findings of `buf breaking` (JSON lines) whose subject the changelog does not name, as text."""
    named, answer = names_in(changelog), []
    for line in filter(None, findings.splitlines()):
        finding = json.loads(line)
        # What was deleted with its whole file has no path; its package stands in the text then.
        package = ".".join(pathlib.PurePath(finding.get("path", "")).parts[1:-1])
        if stated := re.search(r'from package "([^"]+)"', finding["message"]):
            package = stated.group(1)
        quoted = [word for word in re.findall(r'"([^"]+)"', finding["message"]) if not word.isdigit()]
        # The subject comes first: Field "3" with name "home_page" on message "Publication" …
        subject = quoted[0] if quoted else ""
        if package not in named and subject not in named and subject.split(".")[-1] not in named:
            answer.append(f"{package}: {finding['message']}")
    return answer


def renew():
    findings = breaking("--error-format", "json")
    if findings.returncode not in (0, 100):
        print(findings.stdout + findings.stderr, end="")
        return findings.returncode
    missing = unnamed(findings.stdout, CHANGELOG.read_text(encoding="utf-8"))
    if missing:
        print("Callers break, and CHANGELOG.md does not say so under [Unreleased]:\n  " + "\n  ".join(missing))
        return 1
    GOLDEN.parent.mkdir(exist_ok=True)
    made = buf("build", ".", "--path", "proto/dateline", "--exclude-source-info", "-o", str(GOLDEN))
    print(made.stdout + made.stderr, end="")
    return made.returncode


class ContractTest(unittest.TestCase):
    # A method under another name: for callers the old one is gone.
    METHOD = ("  rpc GetStatus(", "  rpc GetStatusNow(")

    def assert_clean(self, result):
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_lints(self):
        self.assert_clean(buf("lint"))

    def test_is_formatted(self):
        self.assert_clean(buf("format", "-d", "--exit-code", "proto"))

    def test_breaks_no_caller(self):
        self.assert_clean(breaking())

    def changed(self, file, old, new, *arguments):
        """buf's answer on a copy of the contract in which `old` is replaced."""
        with tempfile.TemporaryDirectory() as folder:
            top = pathlib.Path(folder)
            shutil.copytree(TOP / "proto", top / "proto")
            shutil.copy(TOP / "buf.yaml", top)
            (top / "node_modules").symlink_to(TOP / "node_modules")
            path = top / "proto" / "dateline" / file
            text = path.read_text(encoding="utf-8")
            self.assertIn(old, text)
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
            return breaking(*arguments, cwd=top)

    def test_a_removed_field_is_caught(self):
        result = self.changed("content/v1/publication.proto", "  string home_page = 3 [(dateline.options.v1.field).string.uri = true];\n", "")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("home_page", result.stdout)

    def test_a_changed_type_is_caught(self):
        result = self.changed("query/v1/articles.proto", "  int32 page_size = 2 [", "  string page_size = 2 [")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("page_size", result.stdout)

    def test_a_removed_method_is_caught(self):
        result = self.changed("query/v1/query_service.proto", *self.METHOD)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("GetStatus", result.stdout)

    def test_a_breaking_change_must_be_named(self):
        findings = self.changed("query/v1/query_service.proto", *self.METHOD, "--error-format", "json").stdout
        for changelog, named in (("", False), ("## [Unreleased]\n- GetStatus is gone.\n", False),
                                 ("## [Unreleased]\n- `GetDigest` is gone.\n", False),
                                 ("## [Unreleased]\n\n## [0.1.0]\n- `GetStatus` is gone.\n", False),
                                 ("## [Unreleased]\n- `QueryService.GetStatus` is gone.\n", True),
                                 ("## [Unreleased]\n- `dateline.query.v1` is cut anew.\n\n## [0.1.0]\n", True),
                                 ("## [Unreleased]\n- `dateline.catalog.v1` is cut anew.\n", False)):
            with self.subTest(changelog=changelog):
                self.assertEqual(unnamed(findings, changelog) == [], named)

    def test_a_new_field_is_let_through(self):
        result = self.changed("content/v1/publication.proto", "  string home_page = 3 [",
                              "  // motto of the publication.\n  string motto = 99;\n  string home_page = 3 [")
        self.assert_clean(result)


if __name__ == "__main__":
    if sys.argv[1:] == ["--renew"]:
        sys.exit(renew())
    unittest.main()
