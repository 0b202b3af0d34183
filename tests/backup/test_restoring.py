"""`portico backup` while people work, `portico restore` into an empty server, and `portico mend` after databases were
restored from different moments."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from deploy.environment import SERVICES
from deploy.local.choosing import KIND, POSTGRES_URL, RABBITMQ_URL
from deploy.local.processes import CouldNotStart
from deploy.waiting import eventually
from tests.backup.elsewhere import empty_server, keys_of, put_back, start
from tests.faults.orders import CUSTOMER, PATIENCE_SECONDS, PROVIDER, offer, place_order, settle
from tests.flows.steps import CUSTOMERS, accepts, joins
from tests.harness.installation import Installation, installation
from tests.harness.installation import start as start_first

LARKSPUR = ("--provider", "Larkspur Cloud", "--slug", "larkspur", "--admin", PROVIDER, "--admin-name", "Robin Larkspur")
COMPANY, LATE_COMPANY, LATE = "Kestrel Rail", "Sable Freight", "kim@sable.example"

pytestmark = [pytest.mark.installation, pytest.mark.procedures, pytest.mark.timeout(1500)]


@pytest.fixture
async def first(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Installation]:
    """An installation with a customer, on servers of this machine: they have the version of its client programs."""
    monkeypatch.setenv(KIND, "private")
    for name in (POSTGRES_URL, RABBITMQ_URL):
        monkeypatch.delenv(name, raising=False)
    async with installation(start_first) as found:
        await found.portico("init", *LARKSPUR)
        robin = await found.signed_in(PROVIDER)
        await joins(found, robin, COMPANY, CUSTOMER)
        yield found


@asynccontextmanager
async def traffic(installed: Installation) -> AsyncIterator[list[str]]:
    """Orders that are placed meanwhile, one after the other, by three browsers."""
    daniel, body, placed = await installed.signed_in(CUSTOMER), await offer(installed, step_seconds=0.05), list[str]()

    async def go_on() -> None:
        while True:
            placed.append(await place_order(installed, daniel, body))

    async def more(count: int) -> None:
        enough = len(placed) + count
        await eventually(lambda: len(placed) >= enough, seconds=PATIENCE_SECONDS)

    orders = [asyncio.create_task(go_on()) for _ in range(3)]
    try:
        await more(3)
        yield placed
        await more(3)
    finally:
        for each in orders:
            each.cancel()
            with suppress(asyncio.CancelledError):
                await each


async def orders_of(installed: Installation) -> set[str]:
    async with installed.database("provisioning") as database:
        return {str(row[0]) for row in await database.fetch("SELECT id FROM orders")}


async def test_a_backup_under_traffic_is_restored_into_an_empty_server_and_everything_holds(
    first: Installation, tmp_path: Path
) -> None:
    recipient, identity = await keys_of(first)
    async with traffic(first) as placed:
        before = list(placed)
        await first.portico("backup", "--to", str(tmp_path), "--recipient", recipient)
    after = await orders_of(first)
    first.stack.stop()
    [file] = tmp_path.iterdir()
    asked = ("restore", "--from", str(tmp_path), "--identity", identity)

    async with empty_server(first) as second:
        said = await second.portico(*asked)
        found = await orders_of(second)
        async with second.database("identity") as database:
            assert not await database.fetchval("SELECT count(*) FROM sessions WHERE ended_at IS NULL")
        await start(second)
        await settle(second)
        daniel = await second.signed_in(CUSTOMER)
        order = await place_order(second, daniel, await offer(second))
        await settle(second)
        with pytest.raises(CouldNotStart, match="has data, in"):
            await second.portico(*asked)
        async with second.database("audit") as database:
            told = await database.fetch(
                "SELECT details->>'arguments' FROM entries WHERE details->>'command' = 'restore'"
            )
        holds = await second.portico("audit", "verify")
        await is_backed_up_with_a_list_of_the_erased(second, recipient, tmp_path / "again")

    assert set(before) <= found <= after
    assert order not in found
    assert all(f"{service}: " in said for service in SERVICES)
    assert [row[0] for row in told] == [file.name]
    assert holds.startswith("The audit log holds")
    assert COMPANY.encode() not in file.read_bytes()


async def is_backed_up_with_a_list_of_the_erased(second: Installation, recipient: str, place: Path) -> None:
    """By an admin who is no superuser."""
    place.mkdir()

    said = await second.portico("backup", "--to", str(place), "--recipient", recipient, "--erased")

    assert "erased.txt is written." in said
    assert (place / "erased.txt").read_text() == ""


async def number_of(installed: Installation, name: str) -> Any:
    async with installed.database("billing") as database:
        return await database.fetchval("SELECT account_number FROM workspace_copies WHERE display_name = $1", name)


async def test_what_identity_does_not_know_after_a_restore_of_another_moment_is_named_and_mended(
    first: Installation, tmp_path: Path
) -> None:
    recipient, identity = await keys_of(first)
    older, newer = tmp_path / "older", tmp_path / "newer"
    for place in (older, newer):
        place.mkdir()
    await settle(first)
    await first.portico("backup", "--to", str(older), "--recipient", recipient)
    await joins(first, await first.signed_in(PROVIDER), LATE_COMPANY, LATE)
    await settle(first)
    number = await number_of(first, LATE_COMPANY)
    await first.portico("backup", "--to", str(newer), "--recipient", recipient)
    first.stack.stop()

    async with empty_server(first) as second:
        await second.portico("restore", "--from", str(newer), "--identity", identity)
        await put_back(second, "identity", older, identity)
        with pytest.raises(CouldNotStart) as named:
            await second.portico("verify", "--patience", "0")
        await start(second)
        mended = await second.portico("mend")
        assert f"{LATE_COMPANY} ({number}) is known to identity again" in mended
        await settle(second)
        robin = await second.signed_in(PROVIDER)
        customers = {row["display_name"]: row for row in (await robin.get(CUSTOMERS, status="not_connected"))["items"]}
        another = await robin.post(CUSTOMERS, {"display_name": "Copper Mills"})
        invited = await joins_again(second, customers[LATE_COMPANY]["id"])
        await settle(second)

    for service in ("billing", "audit", "notifications"):
        assert f"{service}: rows of the workspace" in str(named.value)
    assert "which identity does not know: a ghost" in str(named.value)
    assert customers[LATE_COMPANY]["account_number"] == number
    assert int(another["account_number"][3:]) > int(number[3:])
    assert invited == LATE_COMPANY


async def joins_again(second: Installation, customer_id: str) -> Any:
    """The person of the customer that was taken back is invited again, and enters."""
    robin = await second.signed_in(PROVIDER)
    await robin.put(f"{CUSTOMERS}/{customer_id}/contact", {"address": LATE, "display_name": "Kim Adler"})
    kim = await accepts(second, LATE, robin, f"{CUSTOMERS}/{customer_id}/invite", {"role": "admin"})
    return (await kim.get("/api/identity/workspaces/current"))["display_name"]
