"""Makes .venv from a lock file, every hash checked. Runs with the system's Python and nothing else.

python3 -m deploy.local.venv requirements.lock
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.environment import ROOT
from deploy.local import apt

VENV = ROOT / ".venv"
COMMAND = f"""#!{VENV}/bin/python
import sys

sys.path.insert(0, {str(ROOT)!r})
from deploy.cli.main import app

app(prog_name="portico")
"""


def main(lock: Path) -> None:
    stamp = VENV / f".{lock.name}.sha256"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing {lock.name} into .venv ...", flush=True)
    if not (VENV / "bin" / "python").exists():
        _create()
    _install(lock)
    command = VENV / "bin" / "portico"
    command.write_text(COMMAND)
    command.chmod(0o755)
    stamp.write_text(wanted)


def _create() -> None:
    if shutil.which("uv"):
        _run(["uv", "venv", "-q", "--python", sys.executable, str(VENV)])
        return
    if not _can_make_venvs() and apt.may_install():
        apt.install(["python3-venv"])
    if not _can_make_venvs():
        sys.exit("This Python cannot make virtual environments: sudo apt-get install python3-venv")
    _run([sys.executable, "-m", "venv", str(VENV)])


def _can_make_venvs() -> bool:
    """Debian packs `ensurepip` apart."""
    return subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True, check=False).returncode == 0


def _install(lock: Path) -> None:
    python = str(VENV / "bin" / "python")
    if shutil.which("uv"):
        _run(
            [
                "uv",
                "pip",
                "install",
                "-q",
                "--compile-bytecode",
                "--python",
                python,
                "--require-hashes",
                "-r",
                str(lock),
            ]
        )
    else:
        _run([python, "-m", "pip", "install", "-q", "--require-hashes", "-r", str(lock)])


def _run(command: list[str]) -> None:
    if subprocess.run(command, check=False).returncode:
        sys.exit(f"This failed: {' '.join(command)}")


if __name__ == "__main__":
    main(ROOT / sys.argv[1])
