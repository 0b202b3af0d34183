"""What fails around the processes: each a block, inside of which it fails. Nothing is left of it afterwards."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

import asyncpg

from deploy.environment import ROOT, SERVICES
from deploy.local import ordinary_user
from deploy.local.postgres import PrivatePostgres
from deploy.local.processes import ChildProcess, free_port, spawn
from deploy.local.rabbitmq import PrivateRabbitMQ
from deploy.local.server import Server
from deploy.local.stack import MAIL_CATCHER, answers
from deploy.waiting import eventually
from shared.messaging.connection import HEARTBEAT_SECONDS
from tests.faults.matrix import traps
from tests.faults.matrix.world import World

Fault = Callable[[World], AbstractAsyncContextManager[None]]
FROZEN_SECONDS = 30
"""Longer than it takes a process to notice: three heartbeats are missed by then."""


class NotHere(Exception):
    """This machine cannot make the fault; the text says why."""


async def restart(server: Server, stop: Callable[[], None]) -> None:
    await asyncio.to_thread(stop)
    server.begin()  # in the main thread, since the kernel ends the child with the thread that started it
    await asyncio.to_thread(server.wait)


@asynccontextmanager
async def repeated(deed: Callable[[], object], times: int, pause: float) -> AsyncIterator[None]:
    """Do it some times beside the block, and have done it at its end."""

    async def go() -> None:
        for _ in range(times):
            await asyncio.sleep(pause)
            await asyncio.to_thread(deed)

    task = asyncio.create_task(go())
    try:
        yield
    finally:
        await task


def rabbitmqctl(world: World, *arguments: str) -> str:
    """A command to the broker's node."""
    server = world.installed.stack.servers.rabbitmq
    if not isinstance(server, PrivateRabbitMQ):
        raise NotHere("the broker is not a private node")
    return server.control(*arguments)


@asynccontextmanager
async def broker_restart(world: World) -> AsyncIterator[None]:
    server = world.installed.stack.servers.rabbitmq
    task = asyncio.create_task(asyncio.to_thread(server.stop))
    try:
        yield
    finally:
        await task
        server.begin()
        await asyncio.to_thread(server.wait)


@asynccontextmanager
async def connections_closed(world: World) -> AsyncIterator[None]:
    async with repeated(lambda: rabbitmqctl(world, "close_all_connections", "a test"), 3, 0.5):
        yield


@asynccontextmanager
async def frozen(pid: int, seconds: float) -> AsyncIterator[None]:
    """The process group stands still for this time, or for as long as the block takes."""
    os.killpg(pid, signal.SIGSTOP)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(seconds))
            yield
    finally:
        os.killpg(pid, signal.SIGCONT)


@asynccontextmanager
async def broker_frozen(world: World) -> AsyncIterator[None]:
    child = world.installed.stack.servers.rabbitmq.child
    if child is None:
        raise NotHere("the broker is not our child")
    async with frozen(child.process.pid, max(FROZEN_SECONDS, 3 * HEARTBEAT_SECONDS)):
        yield


@asynccontextmanager
async def broker_disk_alarm(world: World) -> AsyncIterator[None]:
    """The broker blocks whoever publishes."""
    await asyncio.to_thread(rabbitmqctl, world, "set_disk_free_limit", "900000GB")
    try:
        yield
    finally:
        await asyncio.to_thread(rabbitmqctl, world, "set_disk_free_limit", "50MB")


@asynccontextmanager
async def postgres_restart(world: World) -> AsyncIterator[None]:
    server = world.installed.stack.servers.postgres
    async with asyncio.TaskGroup() as group:
        group.create_task(_after(0.5, lambda: restart(server, server.stop)))
        yield


async def _after(seconds: float, begin: Callable[[], object]) -> None:
    await asyncio.sleep(seconds)
    await begin()  # type: ignore[misc]


@asynccontextmanager
async def administrator(world: World) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(world.installed.stack.servers.postgres_url)
    try:
        yield connection
    finally:
        await connection.close()


_TERMINATE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY($1) AND pid <> pg_backend_pid()"
)
DATABASES = [f"portico_{service}" for service in SERVICES]


@asynccontextmanager
async def backends_killed(world: World) -> AsyncIterator[None]:
    async with administrator(world) as database, asyncio.TaskGroup() as group:

        async def kill() -> None:
            for _ in range(5):
                await asyncio.sleep(0.5)
                await database.fetch(_TERMINATE, DATABASES)

        group.create_task(kill())
        yield


SMALL_MB = 96
FULL_SECONDS = 15


@asynccontextmanager
async def disk_full(world: World) -> AsyncIterator[None]:
    """The disk of provisioning's database is full for some seconds: it is moved to a small one of its own, which is
    filled."""
    folder, server = world.installed.stack.directory / "small-disk", world.installed.stack.servers.postgres
    if not isinstance(server, PrivatePostgres):
        raise NotHere("the database is not a private one")
    folder.mkdir(mode=0o700, exist_ok=True)
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_MB}m,mode=0700", "tmpfs", str(folder)]
    if await asyncio.to_thread(subprocess.call, mounting, stderr=subprocess.DEVNULL):
        raise NotHere("no right to mount a small disk")
    try:
        ordinary_user.find(server.data).hand_over(folder)
        async with administrator(world) as database:
            await database.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
            await _move(database, "small")
            filler = folder / "filler"
            await asyncio.to_thread(_fill, filler)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(_after(FULL_SECONDS, lambda: asyncio.to_thread(filler.unlink)))
                    yield
            finally:
                filler.unlink(missing_ok=True)
                await _move(database, "pg_default")
                await database.execute("DROP TABLESPACE small")
    finally:
        await asyncio.to_thread(subprocess.call, ["umount", "--lazy", str(folder)])


def _fill(filler: Path) -> None:
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(65_536)) or file.write(bytes(1)):
            pass


async def _move(database: "asyncpg.Connection[asyncpg.Record]", tablespace: str) -> None:
    name = "portico_provisioning"
    await database.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    try:
        await database.fetch(_TERMINATE, [name])
        await database.execute(f"ALTER DATABASE {name} SET TABLESPACE {tablespace}")
    finally:
        await database.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@asynccontextmanager
async def slow_consumer(world: World) -> AsyncIterator[None]:
    """A listener handles ten messages a second."""
    queue = "billing.on.provisioning.service_provisioned"
    file = traps.slow_file(world.traps, "billing")
    file.write_text(queue)
    try:
        yield
    finally:
        file.unlink()


@asynccontextmanager
async def mail_server_fails(world: World) -> AsyncIterator[None]:
    """The mail server answers 4xx, then not in time, then it is gone, each for some seconds."""
    stack, mail = world.installed.stack, world.installed.site.mail

    async def fail() -> None:
        await mail.post("/api/outage", json={"on": True})
        await asyncio.sleep(3)
        await mail.post("/api/outage", json={"on": False})
        async with frozen(stack.children[MAIL_CATCHER].process.pid, 6):
            pass
        stack.children[MAIL_CATCHER].kill()
        await asyncio.sleep(1)
        stack.start([MAIL_CATCHER])
        await asyncio.to_thread(stack.wait, [MAIL_CATCHER])

    async with asyncio.TaskGroup() as group:
        group.create_task(fail())
        yield


@asynccontextmanager
async def _clock_moved(world: World, hours: int) -> AsyncIterator[None]:
    """The clocks of two processes' machine are wrong; the database's is right."""
    names = ("notifications", "audit")
    for name in names:
        traps.skew_file(world.traps, name).write_text(str(hours * 3600))
    try:
        await restarted(world, names)
        yield
        if hours > 0:  # what is claimed by a clock that is ahead stays claimed until then
            await world.rest()
    finally:
        for name in names:
            traps.skew_file(world.traps, name).unlink()
        await restarted(world, names)


async def restarted(world: World, names: Sequence[str]) -> None:
    """End these processes, which their supervisors start again."""
    stack = world.stack
    for name in names:
        parent = stack.children[name].process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
    await eventually(lambda: all(stack.serves(name) for name in names), "they serve again", seconds=60, pause=0.2)


@asynccontextmanager
async def three_relays(world: World) -> AsyncIterator[None]:
    """Two more workers of two services, each with a relay that would lead."""
    stack, more, ports = world.stack, list[ChildProcess](), list[int]()
    for name in ("identity", "provisioning"):
        for number in (2, 3):
            ports.append(free_port())
            command = stack.command(name, "--worker", "--port", str(ports[-1]))
            log = stack.directory / "log" / f"{name}-{number}.log"
            more.append(spawn(f"{name} {number}", command, log, stack.of_processes, cwd=ROOT))
    try:
        for port in ports:
            await eventually(lambda port=port: answers(port, "/readyz"), "another worker", seconds=120, pause=0.3)  # type: ignore[misc]
        async with backends_killed(world):  # so that the leader changes
            yield
    finally:
        for child in more:
            await asyncio.to_thread(child.stop)


INFRASTRUCTURE: dict[str, Fault] = {
    "full broker restart": broker_restart,
    "broker connections closed": connections_closed,
    "broker frozen 30 s": broker_frozen,
    "broker disk alarm": broker_disk_alarm,
    "PostgreSQL restart": postgres_restart,
    "PostgreSQL backends killed": backends_killed,
    "PostgreSQL disk full": disk_full,
    "slow consumer": slow_consumer,
    "mail server down, slow, 4xx": mail_server_fails,
    "clock 2 h ahead": lambda world: _clock_moved(world, 2),
    "clock 2 h behind": lambda world: _clock_moved(world, -2),
    "three relays, changing leader": three_relays,
}
