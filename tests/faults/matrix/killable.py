"""A process of an installation that can be killed at a point (`traps`), and is started again at once, as a supervisor
would: ``python -m tests.faults.matrix.killable serve billing --port 8001``.

The supervisor has imported the service and forks it, so that a start costs a tenth of a second instead of seconds.
"""

import ctypes
import os
import signal
import sys
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from deploy.local.processes import PR_SET_PDEATHSIG
from tests.faults.matrix import traps

AT_MOST_EVERY_SECONDS = 0.2


def serve(arguments: list[str]) -> None:
    """Run the `portico` command, in the child."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    from deploy.cli.main import app  # noqa: PLC0415 - imported by the supervisor already

    folder = Path(os.environ[traps.FOLDER])
    file = traps.trap_file(folder, arguments[1])
    traps.move_the_clock(traps.skew_file(folder, arguments[1]))
    traps.lay_all(traps.Passing(file))
    app(arguments)


def _end(arguments: list[str]) -> NoReturn:
    """Serve, and end the child without what the supervisor would do at its end."""
    code: int | str | None = 0
    try:
        serve(arguments)
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    os._exit(code if isinstance(code, int) else int(bool(code)))


def supervise(arguments: list[str]) -> int:
    """Serve until told to stop; start again whoever is killed. Returns the exit code of a process that ended itself."""
    for name in ("deploy.cli.main", "deploy.serving.apps", f"services.{arguments[1]}.app"):
        import_module(name)
    while True:
        child = os.fork()
        if not child:
            _end(arguments)
        signal.signal(signal.SIGTERM, lambda *_, child=child: os.kill(child, signal.SIGTERM))
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code != -signal.SIGKILL:
            return max(code, 0)  # told to stop, uvicorn ends itself by that signal
        print("supervisor: killed, started again", file=sys.stderr, flush=True)
        time.sleep(AT_MOST_EVERY_SECONDS)


if __name__ == "__main__":
    sys.exit(supervise(sys.argv[1:]))
