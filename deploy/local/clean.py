"""`make clean`: removes what the demo and the tools leave in this folder, and nothing outside it but Docker volumes."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.environment import DEMO_FOLDER, ROOT

BUILT = (
    "services/portal/static/vendor",
    "services/portal/assets/node_modules",
    "test-results",
    *(f".{tool}_cache" for tool in ("mypy", "ruff", "pytest", "import_linter")),
    ".hypothesis",
)


def main() -> None:
    if _is_running():
        sys.exit("The demo runs from this folder: stop it first.")
    if DEMO_FOLDER.exists():
        _remove_volumes()
    for path in (DEMO_FOLDER, *(ROOT / name for name in BUILT)):
        shutil.rmtree(path, ignore_errors=True)


def _is_running() -> bool:
    lock = DEMO_FOLDER / "lock"
    if not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def volume(directory: Path, server: str) -> str:
    """The Docker volume that belongs to this folder."""
    return f"portico-{hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:10]}-{server}"


def _remove_volumes() -> None:
    if shutil.which("docker"):
        names = [volume(DEMO_FOLDER, server) for server in ("postgres", "rabbitmq")]
        subprocess.run(["docker", "volume", "rm", "--force", *names], capture_output=True, check=False)


if __name__ == "__main__":
    main()
