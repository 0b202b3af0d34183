"""The launcher's own PostgreSQL and RabbitMQ: on any machine, beside any other, and gone when they should be."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aio_pika
import asyncpg
import pytest

from deploy.environment import ROOT
from deploy.local.processes import CouldNotStart, spawn, wait_until
from deploy.local.servers import Servers

PRIVATE = {name: value for name, value in os.environ.items() if not name.startswith("PORTICO_")} | {
    "PORTICO_SERVERS": "private"
}
HOLDER = """
import json, sys, time
from deploy.local.servers import Servers
servers = Servers.for_once()
servers.start()
pids = [child.process.pid for child in servers.children] + [servers.rabbitmq.mapper.process.pid]
folder = str(servers.postgres.data.parent)
print(json.dumps({"pids": pids, "port": servers.postgres.port, "folder": folder}), flush=True)
sys.stdin.read()
servers.stop()
"""


@pytest.fixture
def private_servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Servers]:
    for name in ("PORTICO_ADMIN_DATABASE_URL", "PORTICO_ADMIN_RABBITMQ_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORTICO_SERVERS", "private")
    servers = Servers.for_once()
    yield servers
    servers.stop()


async def test_both_servers_come_up_beside_any_other_and_come_back_with_their_data(private_servers: Servers) -> None:
    private_servers.start()
    vhost = private_servers.add_vhost("orders")
    async with await aio_pika.connect(vhost) as connection:
        channel = await connection.channel()
        await channel.declare_queue("kept", durable=True)
    database = await asyncpg.connect(private_servers.postgres_url)
    await database.execute("CREATE TABLE kept (id int)")
    await database.close()

    private_servers.postgres.stop()
    private_servers.rabbitmq.stop()
    private_servers.start()

    database = await asyncpg.connect(private_servers.postgres_url)
    assert await database.fetchval("SELECT to_regclass('kept')") == "kept"
    await database.close()
    async with await aio_pika.connect(vhost) as connection:
        channel = await connection.channel()
        assert (await channel.declare_queue("kept", passive=True)).name == "kept"


@pytest.mark.parametrize("ending", ["asked to stop", "killed"])
def test_nothing_is_left_when_the_launcher_ends(ending: str) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER], cwd=ROOT, env=PRIVATE, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    held = json.loads(holder.stdout.readline())
    assert all(is_alive(pid) for pid in held["pids"])

    if ending == "killed":
        holder.send_signal(signal.SIGKILL)
    holder.stdin.close()
    holder.wait(30)
    holder.stdout.close()

    deadline = time.monotonic() + 20
    while any(is_alive(pid) for pid in held["pids"]) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [pid for pid in held["pids"] if is_alive(pid)] == []
    assert ending == "killed" or not Path(held["folder"]).exists()


def test_a_second_start_takes_another_port_when_somebody_took_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTICO_SERVERS", "private")
    monkeypatch.delenv("PORTICO_ADMIN_DATABASE_URL", raising=False)
    first = Servers.bring(tmp_path).postgres.port

    with socket.create_server(("127.0.0.1", first)):
        second = Servers.bring(tmp_path).postgres.port

    assert second != first
    assert Servers.bring(tmp_path).postgres.port == second


def test_a_server_that_cannot_start_is_reported_with_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('the disk is full')"]

    child = spawn("PostgreSQL", command, tmp_path / "log")

    with pytest.raises(CouldNotStart, match=r"PostgreSQL ended with 1; (.|\n)*the disk is full"):
        wait_until(child, lambda: False, seconds=20)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
