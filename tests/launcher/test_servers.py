"""PostgreSQL and RabbitMQ for one run: beside other servers, and removed when the run ends."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aio_pika
import asyncpg
import pytest

from deploy.environment import ROOT
from deploy.local import containers
from deploy.local.choosing import KIND, POSTGRES_URL, RABBITMQ_URL
from deploy.local.processes import is_free
from deploy.local.servers import Servers
from deploy.waiting import eventually

HOLDER = """
import json, sys
from deploy.local.servers import Servers
servers = Servers.for_once()
servers.start()
print(json.dumps({"pids": [child.process.pid for child in servers.children],
                  "ports": [servers.postgres.port, servers.rabbitmq.port, servers.rabbitmq.management_port],
                  "folder": servers._temporary.name}), flush=True)
sys.stdin.read()
servers.stop()
"""


@pytest.fixture(params=["private", "docker"], autouse=True)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The kind of servers, for this process and its child processes."""
    kind = str(request.param)
    if kind == "docker" and not containers.can_run():
        pytest.skip("Docker does not answer")
    for name in (POSTGRES_URL, RABBITMQ_URL):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(KIND, kind)
    return kind


@pytest.fixture
def servers(kind: str) -> Iterator[Servers]:
    servers = Servers.for_once()
    yield servers
    servers.stop()


async def test_both_servers_start_beside_others_and_restart_with_their_data(servers: Servers) -> None:
    servers.start()
    vhost = servers.add_vhost("orders")
    async with await aio_pika.connect(vhost) as connection:
        channel = await connection.channel()
        await channel.declare_queue("kept", durable=True)
    database = await asyncpg.connect(servers.postgres_url)
    await database.execute("CREATE TABLE kept (id int)")
    await database.close()

    for server in (servers.postgres, servers.rabbitmq):
        server.stop()
    assert is_free(servers.postgres.port)
    assert is_free(servers.rabbitmq.port)
    servers.start()

    database = await asyncpg.connect(servers.postgres_url)
    assert await database.fetchval("SELECT to_regclass('kept')") == "kept"
    await database.close()
    async with await aio_pika.connect(vhost) as connection:
        channel = await connection.channel()
        assert (await channel.declare_queue("kept", passive=True)).name == "kept"


@pytest.mark.parametrize("ending", ["asked to stop", "killed"])
async def test_no_process_or_file_is_left_when_the_launcher_ends(ending: str) -> None:
    holder, held = hold()
    assert all(is_alive(pid) for pid in held["pids"])
    assert not any(is_free(port) for port in held["ports"])

    if ending == "killed":
        holder.send_signal(signal.SIGKILL)
    holder.communicate(timeout=60)

    await eventually(lambda: not any(is_alive(pid) for pid in held["pids"]), "all processes have ended", seconds=30)
    await eventually(lambda: all(is_free(port) for port in held["ports"]), "all ports are free", seconds=30)
    assert ending == "killed" or not Path(held["folder"]).exists()


def hold() -> "tuple[subprocess.Popen[bytes], dict[str, Any]]":
    """A process that runs servers until its input ends, and the details that it prints about them."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    return holder, json.loads(holder.stdout.readline())


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
