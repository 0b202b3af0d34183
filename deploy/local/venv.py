"""Creates .venv from a lock file, with every hash checked. It needs only the system's Python.

python3 -m deploy.local.venv requirements.lock
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from shlex import quote

from deploy.environment import ROOT
from deploy.local import apt
from deploy.local.processes import CouldNotStart

VENV = ROOT / ".venv"


def install(lock: Path) -> None:
    """Does nothing if the lock file has not changed. CouldNotStart if it fails, after the reason was shown."""
    stamp = VENV / f".{lock.name}.sha256"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing {lock.name} into .venv ...", flush=True)
    if not (VENV / "bin" / "python").exists():
        _create()
    _run(_installer(lock), f"{lock.name} could not be installed into .venv; the reason is above.")
    command = VENV / "bin" / "portico"
    command.write_text(portico_command(VENV / "bin" / "python", ROOT))
    command.chmod(0o755)
    stamp.write_text(wanted)


def portico_command(python: Path, root: Path) -> str:
    """A shell script, since the path in a line like `#!…/python` would end at its first space."""
    program = (
        f"import sys; sys.path.insert(0, {str(root)!r}); from deploy.cli.main import app; app(prog_name='portico')"
    )
    return f'#!/bin/sh\nexec {quote(str(python))} -P -c {quote(program)} "$@"\n'


def _create() -> None:
    command = ["uv", "venv", "-q", "--python", sys.executable, str(VENV)]
    if shutil.which("uv") is None:
        if not _can_make_venvs() and apt.may_install():
            apt.install(["python3-venv"])
        if not _can_make_venvs():
            raise CouldNotStart("This Python cannot make virtual environments: sudo apt-get install python3-venv")
        command = [sys.executable, "-m", "venv", str(VENV)]
    try:
        _run(command, ".venv could not be made; the reason is above.")
    except BaseException:
        shutil.rmtree(VENV, ignore_errors=True)  # an incomplete one would be taken for complete next time
        raise


def _can_make_venvs() -> bool:
    """Whether `ensurepip` is there, which Debian has in a package of its own."""
    return subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True, check=False).returncode == 0


def _installer(lock: Path) -> list[str]:
    python = str(VENV / "bin" / "python")
    if shutil.which("uv"):
        pip = ["uv", "pip", "install", "-q", "--compile-bytecode", "--python", python]
    else:
        pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    return [*pip, "--require-hashes", "-r", str(lock)]


def _run(command: list[str], problem: str) -> None:
    if subprocess.run(command, check=False).returncode:
        raise CouldNotStart(problem)


if __name__ == "__main__":
    try:
        install(ROOT / sys.argv[1])
    except CouldNotStart as reason:
        sys.exit(str(reason))
