"""Where a process can be killed: nine points of a change's way from the request to the last listener.

The points are in this file alone. A process of an installation has none: only `tests.faults.matrix.killable` lays them
around the code that it then runs as it is.
"""

import asyncio
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import asyncpg
from sqlalchemy import event
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import Engine

from shared import outbox
from shared.clock import Clock
from shared.messaging import inbox, relay
from shared.messaging.middlewares import OneTransaction, Settle

FOLDER = "PORTICO_TEST_TRAPS"
"""The environment variable with the folder of the traps."""
WRITER = ("w.before_commit", "w.after_commit")
"""Of the transaction that emits an event: a request's, or a job's."""
RELAY = ("r.before_publish", "r.after_confirm", "r.before_mark_commit")
CONSUMER = ("c.before_tx", "c.before_commit", "c.after_commit_before_ack", "c.after_ack")
POINTS = (*WRITER, *RELAY, *CONSUMER)


@dataclass(frozen=True)
class Trap:
    """Kill the process when it comes to ``point`` with ``what``, an event's routing key or a listener's queue, for the
    ``at``-th time."""

    point: str
    what: str
    at: int = 1

    def lay(self, folder: Path, process: str) -> None:
        file = trap_file(folder, process)
        sprung(file).unlink(missing_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self)))
        fresh.replace(file)


def trap_file(folder: Path, process: str) -> Path:
    return folder / f"{process}.json"


def sprung(file: Path) -> Path:
    """What the file is called once the process was killed. Its time of change is when that was."""
    return file.with_suffix(".sprung")


def slow_file(folder: Path, process: str) -> Path:
    """While it is there, the process handles ten messages a second of the queue that it names."""
    return folder / f"{process}.slow"


def skew_file(folder: Path, process: str) -> Path:
    """By how many seconds the clock of a process is wrong that starts while the file is there."""
    return folder / f"{process}.skew"


class Passing:
    """The process's side of the traps."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._passed: Counter[Trap] = Counter()

    def comes_to(self, point: str, what: Collection[str]) -> bool:
        """Whether a trap is laid here and this is the time that it is meant for."""
        try:
            trap = Trap(**json.loads(self._file.read_text()))
        except FileNotFoundError:
            return False
        if trap.point != point or trap.what not in what:
            return False
        self._passed[trap] += 1
        return self._passed[trap] >= trap.at

    def die(self) -> None:
        self._file.touch()
        self._file.replace(sprung(self._file))
        os.kill(os.getpid(), signal.SIGKILL)

    def is_slow(self, queue: str) -> bool:
        slow = self._file.with_suffix(".slow")
        return slow.exists() and slow.read_text() == queue

    def at(self, point: str, what: Collection[str]) -> None:
        if self.comes_to(point, what):
            self.die()


def lay_all(passing: Passing) -> None:
    """Put the points around the code of this process."""
    _around_commits(passing)
    _around_the_relay(passing)
    _around_batches(passing)


def move_the_clock(file: Path) -> None:
    """As if the clock of the process's machine were wrong."""
    if not file.exists():
        return
    seconds, true_now, true_time = float(file.read_text()), Clock.real_now, time.time
    Clock.real_now = lambda self: true_now(self) + timedelta(seconds=seconds)  # type: ignore[method-assign]
    time.time = lambda: true_time() + seconds


def _around_commits(passing: Passing) -> None:
    """What a transaction emits, or which queue it reads, is seen in its statements."""

    @event.listens_for(Engine, "before_cursor_execute")
    def _see(connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        emitted = connection.info.setdefault("emitted", set())
        if statement == outbox._INSERT:
            emitted.add(values[2])
        elif statement == outbox._INSERT_ALL:
            emitted.update(values[2])
        elif statement == inbox._NOTE:
            connection.info["queue"] = values[0]

    @event.listens_for(Engine, "rollback")
    def _forget(connection: Any) -> None:
        if not connection.invalidated:  # what was noted is gone with a connection that broke
            connection.info.pop("emitted", None)
            connection.info.pop("queue", None)

    commit: Any = PGDialect_asyncpg.do_commit

    def do_commit(self: Any, connection: Any) -> None:
        emitted, queue = connection.info.pop("emitted", set()), connection.info.pop("queue", None)
        before, after, what = (*WRITER, emitted) if queue is None else (*CONSUMER[1:3], {queue})
        passing.at(before, what)
        commit(self, connection)
        passing.at(after, what)

    PGDialect_asyncpg.do_commit = do_commit  # type: ignore[method-assign]


def _around_the_relay(passing: Passing) -> None:
    ours, connections = cast(Any, relay), cast(Any, asyncpg.Connection)
    publish, execute = ours.publish_batch, connections.execute
    published: set[str] = set()

    async def publish_batch(channel: Any, messages: Any, *more: Any, **named: Any) -> Any:
        published.clear()
        published.update(message.routing_key for message in messages)
        passing.at("r.before_publish", published)
        answers = await publish(channel, messages, *more, **named)
        passing.at("r.after_confirm", published)
        return answers

    async def marking(self: Any, query: str, *values: Any, **named: Any) -> Any:
        marks = query in (relay._KEEP, relay._FORGET)
        if marks and passing.comes_to("r.before_mark_commit", published):
            async with self.transaction():
                await execute(self, query, *values, **named)
                passing.die()
        return await execute(self, query, *values, **named)

    ours.publish_batch, connections.execute = publish_batch, marking


def _around_batches(passing: Passing) -> None:
    begin, settle = OneTransaction.consume_scope, Settle.consume_scope

    async def begins(self: OneTransaction, call_next: Any, msg: Any) -> None:
        passing.at("c.before_tx", {self.listener.queue})
        if passing.is_slow(self.listener.queue):
            await asyncio.sleep(0.1 * len(msg.deliveries))
        await begin(self, call_next, msg)

    async def settles(self: Settle, call_next: Any, msg: Any) -> None:
        await settle(self, call_next, msg)
        passing.at("c.after_ack", {self.listener.queue})

    OneTransaction.consume_scope, Settle.consume_scope = begins, settles  # type: ignore[method-assign]
