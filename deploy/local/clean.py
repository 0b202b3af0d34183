"""`make clean`: removes what the demo and the tools leave in this folder, and PostgreSQL's files where they had to be
elsewhere."""

import fcntl
import shutil
import sys

from deploy.environment import DEMO_FOLDER, ROOT
from deploy.local import ordinary_user

BUILT = (
    "services/portal/static/vendor",
    "services/portal/assets/node_modules",
    "tests/contracts/asyncapi_parser/node_modules",
    "tests/style/node_modules",
    "test-results",
    *(f".{tool}_cache" for tool in ("mypy", "ruff", "pytest", "import_linter")),
    ".hypothesis",
)


def main() -> None:
    if _is_running():
        sys.exit("The demo runs from this folder: stop it first.")
    ordinary_user.remove(DEMO_FOLDER / "postgres")
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


if __name__ == "__main__":
    try:
        main()
    except PermissionError as refused:
        sys.exit(f"{refused.filename} belongs to another user: run `make clean` as that one.")
