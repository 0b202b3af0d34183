"""`portico backup` while people work, and `portico restore` into an empty server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from deploy.environment import SERVICES
from deploy.local.processes import CouldNotStart
from tests.backup.elsewhere import empty_server, keys_of, start
from tests.faults.orders import CUSTOMER, offer, place_order, settle
from tests.harness.installation import Installation

EARLY, LATE = 3, 3


@asynccontextmanager
async def traffic(installed: Installation) -> AsyncIterator[list[str]]:
    """Orders that are placed one after the other meanwhile, three at a time."""
    daniel, body, placed = await installed.signed_in(CUSTOMER), await offer(installed, step_seconds=0.05), list[str]()

    async def go_on() -> None:
        while True:
            placed.append(await place_order(installed, daniel, body))

    orders = [asyncio.create_task(go_on()) for _ in range(3)]
    try:
        while len(placed) < EARLY:
            await asyncio.sleep(0.05)
        yield placed
        enough = len(placed) + LATE
        while len(placed) < enough:
            await asyncio.sleep(0.05)
    finally:
        for each in orders:
            each.cancel()
            with suppress(asyncio.CancelledError):
                await each


async def orders_of(installed: Installation) -> set[str]:
    async with installed.database("provisioning") as database:
        return {str(row[0]) for row in await database.fetch("SELECT id FROM orders")}


@pytest.mark.timeout(900)
async def test_a_backup_under_traffic_is_restored_into_an_empty_server_and_everything_holds(
    installed: Installation, tmp_path: Path
) -> None:
    recipient, identity = await keys_of(installed)
    async with traffic(installed) as placed:
        before = list(placed)
        await installed.portico("backup", "--to", str(tmp_path), "--recipient", recipient)
    [file] = tmp_path.iterdir()

    async with empty_server(installed) as second:
        said = await second.portico("restore", "--from", str(tmp_path), "--identity", identity)
        found = await orders_of(second)
        async with second.database("identity") as database:
            assert not await database.fetchval("SELECT count(*) FROM sessions WHERE ended_at IS NULL")
        await start(second)
        await settle(second)
        daniel = await second.signed_in(CUSTOMER)
        order = await place_order(second, daniel, await offer(second))
        await settle(second)
        with pytest.raises(CouldNotStart, match="has data, in"):
            await second.portico("restore", "--from", str(tmp_path), "--identity", identity)
        async with second.database("audit") as database:
            told = await database.fetchval(
                "SELECT details->>'arguments' FROM entries WHERE details->>'command' = 'restore'"
            )
        assert (await second.portico("audit", "verify")).startswith("The audit log holds")

    assert set(before) <= found <= await orders_of(installed)
    assert order not in found
    assert all(f"{service}: " in said for service in SERVICES)
    assert told == file.name
    assert b"northwind" not in file.read_bytes().lower()
