"""The HTTP server of a process: it tells the gateway before it leaves, and ends itself when it hangs."""

import faulthandler
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI

from deploy.serving.options import seconds_of

log = structlog.get_logger()

TICKS_PER_SECOND = 10
"""How often uvicorn calls `on_tick`."""
LOOKS = 2
"""How often in a row a part has to be found ended."""
LOOK_TICKS = 5 * TICKS_PER_SECOND
ARMED_SECONDS = 0.5
"""How often the timer is set anew at most: it starts a thread."""


def always() -> bool:
    """For a process without parts that could end by themselves."""
    return True


class Server(uvicorn.Server):
    """uvicorn with three additions. Times are seconds, and 0 turns one off.

    - ``leaving``: after SIGTERM `/readyz` fails, and it goes on serving for so long, until whoever sends requests has
      noticed. Then it finishes what is under way.
    - ``hung``: when the event loop stands still for so long, the stacks of all threads go to stderr and the process
      ends. The timer is C code with a thread of its own, which also runs while other C code holds the interpreter.
    - When ``alive`` is found false twice, the process ends, because many supervisors restart only what has ended."""

    def __init__(
        self, app: FastAPI, options: dict[str, Any], *, leaving: float = 0, hung: float = 0,
        alive: Callable[[], bool] = always,
    ) -> None:  # fmt: skip
        super().__init__(uvicorn.Config(app, **options))
        self.failed = False
        self._state, self._leaving, self._hung, self._alive = app.state, leaving, hung, alive
        self._leaves_at: float | None = None
        self._found_ended = 0
        self._armed_at = 0.0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig == signal.SIGTERM and self.started and self._leaving and self._leaves_at is None:
            self._state.leaving = True
            self._leaves_at = time.monotonic() + self._leaving
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if self._hung and time.monotonic() >= self._armed_at + ARMED_SECONDS:  # a busy loop ticks seldom
            self._armed_at = time.monotonic()
            faulthandler.dump_traceback_later(self._hung, exit=True)
        if counter % LOOK_TICKS == 0:
            self._look()
        if self._leaves_at is not None and time.monotonic() >= self._leaves_at:
            super().handle_exit(signal.SIGTERM, None)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: Any = None) -> None:
        faulthandler.cancel_dump_traceback_later()
        if end_streams := getattr(self._state, "end_streams", None):
            end_streams()  # which would last until their time is over; browsers open them again elsewhere
        await super().shutdown(sockets)

    def _look(self) -> None:
        self._found_ended = 0 if self._alive() else self._found_ended + 1
        if self._found_ended >= LOOKS and not self.should_exit:
            log.error("process.not_alive", detail="A part of it has ended or hangs. The process ends.")
            self.failed = self.should_exit = True


def serve(
    process: str, app: FastAPI, options: dict[str, Any], alive: Callable[[], bool] = always, *, asked: bool = True
) -> None:
    """Serve until told to stop. ``asked``: people or other processes send it requests, so that it leaves slowly. Exits
    with 1 if a part of the process ended by itself, and with 3 if it could not start. Raises `NotSeconds`."""
    leaving = seconds_of(process, "LEAVING_SECONDS", 0) if asked else 0
    hung = seconds_of(process, "HUNG_SECONDS", 30)
    server = Server(app, options, leaving=leaving, hung=hung, alive=alive)
    server.run()
    if not server.started:
        sys.exit(3)
    if server.failed:
        sys.exit(1)
