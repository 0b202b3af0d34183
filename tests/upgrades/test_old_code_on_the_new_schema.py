"""An installation of an earlier version is migrated; its processes go on, beside new ones, until these are alone."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.demo.companies import PROVIDER_NAME, PROVIDER_SLUG, ROBIN
from deploy.demo.person import open_site
from deploy.environment import SERVICES
from deploy.local import front_end
from deploy.local.processes import free_port
from deploy.local.servers import Servers
from deploy.local.stack import Stack
from deploy.waiting import eventually
from tests.faults.orders import fulfilled, offer, place_order, settle
from tests.flows.steps import first_invoice, joins
from tests.harness.beside import beside, open_beside
from tests.harness.installation import DemoUser, Installation

pytestmark = [pytest.mark.installation, pytest.mark.timeout(600)]

NAMES = [*SERVICES, "portal"]
PROVIDER = ("--provider", PROVIDER_NAME, "--slug", PROVIDER_SLUG, "--admin", ROBIN.address, "--admin-name", ROBIN.name)
CONTRACTED: dict[str, str] = {}
"""What the last step of an earlier expansion takes away or makes stricter, as ``"billing.invoices.number"``, with the
version that stopped using it."""

COLUMNS = """
SELECT table_name || '.' || column_name AS name, data_type, is_nullable = 'YES' AS nullable,
       column_default IS NOT NULL OR is_identity = 'YES' OR is_generated = 'ALWAYS' AS has_default
FROM information_schema.columns WHERE table_schema = 'public'
"""
Columns = dict[str, dict[str, Any]]


async def columns_of(stack: Stack) -> Columns:
    """Every column of every database, as ``billing.invoices.number``."""
    found: Columns = {}
    for service in SERVICES:
        connection = await asyncpg.connect(stack.servers.postgres_url.rpartition("/")[0] + f"/portico_{service}")
        try:
            found |= {f"{service}.{row['name']}": dict(row) for row in await connection.fetch(COLUMNS)}
        finally:
            await connection.close()
    return found


@pytest.fixture(scope="module")
async def old(earlier_code: Path) -> AsyncIterator[Stack]:
    """The processes of the earlier version, none of which runs yet; its databases are as it has made them."""
    with (
        tempfile.TemporaryDirectory(prefix="portico-", ignore_cleanup_errors=True) as folder,
        Servers.for_once() as own,
    ):
        stack = Stack(Path(folder), own, free_port(), free_port())
        stack.code = earlier_code
        building = front_end.begin(stack.directory / "front-end.log")
        await asyncio.to_thread(stack.portico, "migrate")
        front_end.end(building)
        try:
            yield stack
        finally:
            stack.stop()


@pytest.fixture(scope="module")
async def changes(old: Stack) -> tuple[Columns, Columns]:
    """The columns before and after `portico migrate` of the new version."""
    before = await columns_of(old)
    await asyncio.to_thread(beside(old).portico, "migrate")
    return before, await columns_of(old)


def test_a_migration_only_adds(changes: tuple[Columns, Columns]) -> None:
    before, after = changes

    gone = set(before) - set(after)
    changed = {name for name in before.keys() & after.keys() if before[name]["data_type"] != after[name]["data_type"]}
    stricter = {name for name in before.keys() & after.keys()
                if before[name]["nullable"] and not after[name]["nullable"]}  # fmt: skip
    tables = {name.rpartition(".")[0] for name in before}
    never_given = {name for name in after.keys() - before.keys()
                   if name.rpartition(".")[0] in tables
                   and not after[name]["nullable"] and not after[name]["has_default"]}  # fmt: skip

    assert after.keys() > before.keys(), "there is something to upgrade to"
    assert (gone | changed | stricter | never_given) - set(CONTRACTED) == set()


async def test_old_processes_work_on_the_new_schema_then_beside_new_ones_then_new_ones_alone(
    old: Stack, changes: tuple[Columns, Columns]
) -> None:
    new = beside(old)
    old.start()
    await asyncio.to_thread(old.wait)
    await asyncio.to_thread(old.portico, "init", *PROVIDER)
    async with open_site(old.url("portal"), old.mail_url) as site:
        first = Installation(old, site)
        body = await offer(first, step_seconds=0.1)
        robin = await first.signed_in(ROBIN.address)
        kim = await joins(first, robin, "Kestrel Foods", "kim@kestrel.example")
        await all_fulfilled(first, [await place_order(first, kim, body)])
        first.advance(32)
        await first_invoice(kim)

        new.start(NAMES)
        try:
            await asyncio.to_thread(new.wait, NAMES)
            await beside_each_other(first, new, kim, body)
        finally:
            await asyncio.to_thread(new.stop)


async def beside_each_other(first: Installation, new: Stack, kim: DemoUser, body: dict[str, Any]) -> None:
    """Old and new processes on the same queues and tables, then the new ones alone."""
    async with open_beside(new) as site:
        second, same = Installation(new, site), DemoUser(site, kim.address)
        same._session = kim._session
        orders = [await place_order(*each, body) for each in ((first, kim), (second, same)) * 3]
        await all_fulfilled(first, orders)
        both = [(await each.get("/api/billing/invoices"))["items"] for each in (kim, same)]
        assert both[0] == both[1] != []

        for name in NAMES:
            await asyncio.to_thread(first.stack.children[name].stop)
        await all_fulfilled(second, [await place_order(second, same, body) for _ in range(3)])
        await settle(second)


async def all_fulfilled(installed: Installation, orders: list[str]) -> None:
    for order in orders:
        await eventually(
            lambda order=order: fulfilled(installed, order), "the order is fulfilled", seconds=90, pause=0.1
        )
