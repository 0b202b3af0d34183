"""The code of an earlier commit, taken out of the history. tests/upgrades/earlier.txt has its id.

Once there are releases it is the newest one: an installation goes from one release to the next. Until then it is the
commit before workspaces got archives and could be closed, which brought five migrations and ten events."""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from deploy.environment import ROOT

COMMIT = (Path(__file__).parent / "earlier.txt").read_text().strip()
FRONT_END = "services/portal/static/vendor"


def unpack(folder: Path) -> Path:
    """The code of that commit, in ``folder``. Skips where there is no history, as in an archive or a shallow clone."""
    known = subprocess.run(
        ["git", "cat-file", "-e", f"{COMMIT}^{{commit}}"], cwd=ROOT, capture_output=True, check=False
    )
    if known.returncode:
        pytest.skip(f"the history has no commit {COMMIT[:12]}: this is an archive, or a shallow clone")
    packed = folder / "earlier.tar"
    subprocess.run(["git", "archive", "--output", packed, COMMIT], cwd=ROOT, check=True)
    code = folder / "code"
    with tarfile.open(packed) as archive:
        archive.extractall(code, filter="data")
    if (ROOT / FRONT_END).exists():
        shutil.copytree(ROOT / FRONT_END, code / FRONT_END)
    return code


def run_in(code: Path, script: str, *arguments: str) -> str:
    """What a script prints that runs with this code."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=code, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout
