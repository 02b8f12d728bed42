"""Builds the programs that a benchmark measures."""

import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent


def build(folder, *targets):
    """Builds `targets` of the bench preset in `folder`; returns the folder that they stand in."""
    subprocess.run(["cmake", "--preset", "bench", "-B", folder], cwd=TOP, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", folder, *targets], cwd=TOP, check=True, stdout=subprocess.DEVNULL)
    return pathlib.Path(folder) / "bench"
