#!/usr/bin/env python3
"""Installs a build into a folder of its own and builds a tiny client against that alone.

    install_test.py BUILD_FOLDER C++_COMPILER LINK_FLAGS
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

CONSUMER = pathlib.Path(__file__).resolve().parent / "consumer"
BUILD, COMPILER, FLAGS = sys.argv[1:4]


def run(*command):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(command)} failed:\n{result.stdout}")
    return result.stdout


class InstallTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="dateline-install.")
        cls.addClassCleanup(folder.cleanup)
        cls.prefix, cls.build = pathlib.Path(folder.name, "prefix"), pathlib.Path(folder.name, "build")
        run("cmake", "--install", BUILD, "--prefix", str(cls.prefix))

    def test_programs_and_migrations_are_installed(self):
        for program in ("dateline", "dateline-ingestion", "dateline-catalog", "dateline-query"):
            self.assertTrue((self.prefix / "bin" / program).is_file(), program)
        migrations = sorted(file.name for file in (self.prefix / "share/dateline/migrations").iterdir())
        self.assertTrue(migrations[0].startswith("V001__"), migrations)

    def test_a_client_builds_against_the_package(self):
        run("cmake", "-S", str(CONSUMER), "-B", str(self.build), "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}",
            f"-DCMAKE_CXX_COMPILER={COMPILER}", f"-DCMAKE_CXX_FLAGS={FLAGS}")
        run("cmake", "--build", str(self.build))
        self.assertEqual(run(str(self.build / "messages_consumer")), "topics/harbour dateline\n")
        # 14 is UNAVAILABLE.
        self.assertTrue(run(str(self.build / "services_consumer")).startswith("14 "))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
