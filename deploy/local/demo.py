"""`make demo`: everything on this machine, from nothing to a portal with made-up companies, until Ctrl-C."""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.demo import companies
from deploy.environment import DEMO_FOLDER
from deploy.local import front_end
from deploy.local.processes import ChildProcess, CouldNotStart, is_free
from deploy.local.servers import Servers
from deploy.local.stack import Stack
from deploy.local.state_file import StateFile


class Stopped(BaseException):
    """Ctrl-C or SIGTERM."""


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    started = time.monotonic()
    try:
        with ExitStack() as running:
            running.enter_context(_alone(DEMO_FOLDER))
            stack = _start(running)
            print(_welcome(stack, time.monotonic() - started), flush=True)
            _watch([*stack.servers.children, *stack.children.values()])
    except Stopped:
        print(f"\nStopped. The data is kept in {DEMO_FOLDER.name}; `make clean` removes it.", flush=True)
    except CouldNotStart as problem:
        sys.exit(f"\n{problem}")


def _stop(number: int, frame: object) -> None:
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # a second Ctrl-C would interrupt the clean-up
    raise Stopped


def _start(running: ExitStack) -> Stack:
    """Start everything, the slowest first; ``running`` stops it in reverse order."""
    portal_port, mail_port = _port("PORTICO_PORT", 8000), _port("PORTICO_MAIL_PORT", 8025)
    servers = Servers.bring(DEMO_FOLDER)
    running.callback(servers.stop)
    _say("Starting PostgreSQL and RabbitMQ")
    servers.begin()
    building = front_end.begin(DEMO_FOLDER / "log" / "front-end.log")
    running.callback(building.stop)
    servers.wait()
    stack = Stack(DEMO_FOLDER, servers, portal_port, mail_port)
    running.callback(stack.write_environment().unlink)
    _say("Preparing the databases")
    stack.portico("migrate")
    running.callback(stack.stop)
    front_end.end(building)
    _say("Starting the services")
    stack.start()
    stack.wait()
    _load_once(stack)
    return stack


def _load_once(stack: Stack) -> None:
    state = StateFile(DEMO_FOLDER / "state.json")
    if state.flag("demo_loaded"):
        return
    if state.flag("demo_begun"):
        raise CouldNotStart("The demo's data is there half only: `make clean`, then `make demo` again.")
    state.set_flag("demo_begun")
    _say("Loading the demo: two and a half months of made-up business, about a minute")
    stack.portico("load-demo", "--url", stack.url("portal"), "--mail-url", stack.mail_url)
    state.set_flag("demo_loaded")


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """One launcher per folder: a second one would use the same data."""
    directory.mkdir(mode=0o700, exist_ok=True)  # it contains secrets, and mails with codes
    if not os.access(directory, os.R_OK | os.W_OK | os.X_OK):
        raise CouldNotStart(f"{directory} belongs to another user: start the demo as that one, or from another clone.")
    with (directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CouldNotStart("Portico runs from this folder already; stop that one first.") from None
        yield


def _port(variable: str, usual: int) -> int:
    port = int(os.environ.get(variable, usual))
    if not is_free(port):
        raise CouldNotStart(
            f"Port {port} is taken by another program. Use another one: {variable}={port + 1} make demo"
        )
    return port


def _watch(children: list[ChildProcess]) -> None:
    """Wait in the foreground. If a process ends, show the end of its log and stop the others."""
    while True:
        for child in children:
            if not child.running:
                raise CouldNotStart(child.report())
        time.sleep(0.3)


def _say(what: str) -> None:
    print(f"{what} ...", flush=True)


def _welcome(stack: Stack, seconds: float) -> str:
    people = "\n".join(f"  {address:<26} {who}" for address, who in companies.SIGN_IN_HINTS.items())
    return (
        f"\nSign in as one of these; every mail that Portico sends is at {stack.mail_url}\n{people}\n"
        f"Business time moves with `.venv/bin/portico clock advance 15d`. Logs are in {stack.directory.name}/log.\n"
        f"It took {seconds:.0f} s; Ctrl-C stops everything.\n\nPortico is ready: {stack.url('portal')}"
    )


if __name__ == "__main__":
    main()
