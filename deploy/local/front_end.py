"""Builds the portal's front-end files when they are missing or out of date: with the system's npm, else with that of a
wheel from PyPI."""

import shutil
import sys
import tempfile
from pathlib import Path

from deploy.environment import ROOT
from deploy.local import venv
from deploy.local.processes import ChildProcess, CouldNotStart, spawn


def begin(log: Path) -> ChildProcess:
    """Start building in the background; `end` waits for it."""
    if shutil.which("npm") is None:
        venv.install(ROOT / "deploy" / "node.lock")
    return spawn("The build of the portal's front-end", [sys.executable, "-m", "services.portal.assets"], log, cwd=ROOT)


def end(building: ChildProcess) -> None:
    if building.process.wait():
        raise CouldNotStart(f"{building.name} failed:\n{building.last_lines(30)}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        try:
            end(begin(Path(folder) / "log"))
        except CouldNotStart as problem:
            sys.exit(str(problem))
