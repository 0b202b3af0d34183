"""Child processes that never outlive their parent, and what every launcher needs of them."""

import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

PR_SET_PDEATHSIG = 1
PORTS = range(15_000, 32_768)
"""Linux gives outgoing connections those from 32768 on, other systems those from 49152 on."""


class CouldNotStart(Exception):
    """Something is missing or does not start; the text says what, and what to do."""


@dataclass
class ChildProcess:
    """A running process, its log, and the signal that asks it to stop."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def last_lines(self, count: int = 12) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def report(self) -> str:
        """An error text with the end of the log."""
        state = "is not ready" if self.running else f"ended with {self.process.returncode}"
        return f"{self.name} {state}; the end of {self.log}:\n{self.last_lines()}"

    def ask_to_stop(self) -> None:
        if self.running:
            self.process.send_signal(self.stop_signal)

    def stop(self, patience: float = 20.0) -> None:
        """Ask, wait, and after ``patience`` seconds kill the whole process group."""
        self.ask_to_stop()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def kill(self) -> None:
        """Kill it with SIGKILL, as a crash would, for tests of faults."""
        if self.running:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def spawn(
    name: str,
    command: Sequence[str | Path],
    log: Path,
    env: Mapping[str, str] | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    cwd: Path | None = None,
) -> ChildProcess:
    """Start a child in its own session, so that Ctrl-C reaches only the launcher, which then stops the children in
    order. Call it from the main thread: the kernel ties the child to the thread that started it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_end_with_the_parent(os.getpid()),
        )
    return ChildProcess(name, process, log, stop_signal)


def _end_with_the_parent(parent: int) -> Callable[[], None] | None:
    """On Linux, make the kernel send the child SIGTERM when the launcher is killed. Other systems cannot."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # the parent died before prctl was called
            os._exit(1)

    return prepare


class Watched(Protocol):
    """What `wait_until` needs of a child process or a container."""

    @property
    def running(self) -> bool: ...

    def report(self) -> str: ...


def wait_until(child: Watched, ready: Callable[[], bool], seconds: float) -> None:
    """Wait for ``ready``; if the child ends, or takes longer, raise an error with the end of its log."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not child.running or time.monotonic() > deadline:
            raise CouldNotStart(child.report())
        time.sleep(0.05)


def free_port() -> int:
    """A port that nothing listens at. It is none that the system gives to outgoing connections, one of which would take
    it before the server starts."""
    found = next((port for port in random.sample(PORTS, 1_000) if is_free(port)), None)
    if found is None:
        raise CouldNotStart("No port is free between 15000 and 32767.")
    return found


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT is free
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
