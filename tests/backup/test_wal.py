"""PostgreSQL's own recovery to a moment, by the commands and settings that docs/operating.md has."""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from deploy.environment import ROOT
from deploy.local import ordinary_user
from deploy.local.choosing import KIND, POSTGRES_URL, RABBITMQ_URL
from deploy.local.postgres import PrivatePostgres
from deploy.local.processes import free_port
from deploy.local.servers import Servers
from deploy.local.stack import Stack
from deploy.migrating.databases import address_of
from deploy.waiting import eventually

SECTION = (ROOT / "docs/operating.md").read_text().partition("### Base backups and WAL")[2].partition("\n### ")[0]
ARCHIVING, BASE_BACKUP, RECOVERING, AFTERWARDS = re.findall(r"```\n(.*?)```", SECTION, re.DOTALL)
LARKSPUR = ("--provider", "Larkspur Cloud", "--slug", "larkspur", "--admin", "robin@larkspur.example",
            "--admin-name", "Robin Larkspur")  # fmt: skip
ADDRESS = "UPDATE workspaces SET support_phone = $1"
AFTER = ADDRESS.replace("support_phone", "support_hours")

pytestmark = [pytest.mark.installation, pytest.mark.procedures, pytest.mark.timeout(1200)]


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Servers]:
    monkeypatch.setenv(KIND, "private")
    for name in (POSTGRES_URL, RABBITMQ_URL):
        monkeypatch.delenv(name, raising=False)
    with Servers.for_once() as own:
        yield own


def written(text: str, kept: Path, at: datetime | None = None) -> str:
    """What the page says, with this folder and this moment."""
    there = text.replace("/var/backups", str(kept))
    return there.replace("2026-11-30 02:15:00+00", at.astimezone(UTC).isoformat(" ")) if at else there


def run_in_shell(text: str, environment: dict[str, str]) -> None:
    subprocess.run(["bash", "-ec", text], env=os.environ | environment, check=True)


async def begin_archiving(postgres: PrivatePostgres, kept: Path) -> None:
    home = ordinary_user.find(postgres.data)
    (kept / "wal").mkdir(parents=True)
    home.hand_over(kept / "wal")
    await asyncio.to_thread(postgres.stop)
    with (postgres.data / "postgresql.conf").open("a") as settings:
        settings.write(written(ARCHIVING, kept))
    await asyncio.to_thread(postgres.start)


def recover(postgres: PrivatePostgres, kept: Path, at: datetime) -> PrivatePostgres:
    """Another server, started from the base backup."""
    again = PrivatePostgres(kept / "again", postgres.password, free_port(), fast=True)
    (kept / "again").mkdir()
    home = ordinary_user.find(again.data)
    data = home.folder / again.data.name
    shutil.copytree(kept / "base", data)
    (data / "recovery.signal").touch()
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(written(RECOVERING, kept, at))
    for path in (data, *data.rglob("*")):
        home.hand_over(path)
    data.chmod(0o700)
    again.start()
    return again


async def test_a_cluster_that_was_recovered_to_a_moment_is_made_ready_and_holds(
    servers: Servers, tmp_path: Path
) -> None:
    postgres = servers.postgres
    assert isinstance(postgres, PrivatePostgres)
    kept = ordinary_user.find(postgres.data).folder / "kept"
    await begin_archiving(postgres, kept)
    stack = Stack(tmp_path / "first", servers, free_port(), free_port())
    for command in (("migrate",), ("init", *LARKSPUR)):
        await asyncio.to_thread(stack.portico, *command)
    url = {"PORTICO_ADMIN_DATABASE_URL": servers.postgres_url}
    await asyncio.to_thread(run_in_shell, written(BASE_BACKUP, kept), url)
    first = await asyncpg.connect(address_of(servers.postgres_url, "portico_identity"))
    await first.execute(ADDRESS, "+31 20 555 0100")
    at = await first.fetchval("SELECT clock_timestamp()")
    await first.execute(AFTER, "after the moment")
    last = await first.fetchval("SELECT pg_walfile_name(pg_switch_wal())")
    await eventually((kept / "wal" / last).exists, seconds=120)
    await first.close()

    again = await asyncio.to_thread(recover, postgres, kept, at)
    second = Stack(tmp_path / "first", servers, free_port(), free_port(), vhost="recovered")
    servers.postgres = again
    try:
        database = await asyncpg.connect(address_of(again.url, "portico_identity"))
        await eventually(lambda: _has_recovered(database), seconds=120)
        row = await database.fetchrow("SELECT support_phone, support_hours FROM workspaces")
        await database.close()
        (tmp_path / "erased.txt").write_text("")
        command = AFTERWARDS.replace("/var/backups/portico", str(tmp_path)).split()[1:]
        said = await asyncio.to_thread(second.portico, *command)
        verified = await asyncio.to_thread(second.portico, "verify", "--patience", "3600")
    finally:
        again.forget()
        servers.postgres = postgres
        shutil.rmtree(kept, ignore_errors=True)

    assert tuple(row or ()) == ("+31 20 555 0100", None)
    assert "0 people are erased again" in said
    assert verified.strip() == "Everything holds."


async def _has_recovered(database: "asyncpg.Connection[asyncpg.Record]") -> bool:
    return not await database.fetchval("SELECT pg_is_in_recovery()")
