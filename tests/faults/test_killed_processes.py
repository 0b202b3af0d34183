"""kill -9 of each process at each step of order -> provisioned -> mail: nothing is lost, nothing happens twice."""

import asyncio
from dataclasses import replace

import pytest

from deploy.local.stack import PROCESSES
from deploy.waiting import eventually
from tests.faults.orders import (
    CUSTOMER,
    PATIENCE_SECONDS,
    PAUSE_SECONDS,
    Effects,
    effects_of,
    offer,
    place_order,
    settle,
)
from tests.harness.installation import Installation

MOMENTS = {
    "placed": ("provisioning", "SELECT 1 FROM orders WHERE id::text = $1"),
    "at its second step": ("provisioning", "SELECT 1 FROM operations WHERE order_id::text = $1 AND step >= 2"),
    "provisioned": ("provisioning", "SELECT 1 FROM orders WHERE id::text = $1 AND state = 'fulfilled'"),
    "about to be mailed": ("notifications", "SELECT 1 FROM messages WHERE facts->>'order_id' = $1"),
}
MAILS_AT_ONCE = 4
SHORT_LEASES = {
    # Work of a killed process is taken over when its lease ends. Shorter leases keep the test short.
    "PROVISIONING_LEASE_SECONDS": "15",
    "PROVISIONING_STEP_TIMEOUT_SECONDS": "10",
    "NOTIFICATIONS_LEASE_SECONDS": "15",
    "NOTIFICATIONS_SMTP_TIMEOUT_SECONDS": "10",
    "NOTIFICATIONS_MAILS_AT_ONCE": str(MAILS_AT_ONCE),
}
ONCE = Effects(
    services=1,
    steps_made=4,
    provisioned_events=1,
    subscriptions=1,
    billing_starts=1,
    audit_entries={
        "provisioning.order_placed": 1,
        "provisioning.service_provisioned": 1,
        "billing.subscription_started": 1,
        "billing.billing_started": 1,
    },
    mails=[],
    tries=0,
)


@pytest.mark.rule("D23", "P27", "K14")
async def test_killing_any_process_at_any_step_loses_and_doubles_nothing(installed: Installation) -> None:
    installed.stack.environment.update(SHORT_LEASES)
    daniel = await installed.signed_in(CUSTOMER)
    body = await offer(installed, step_seconds=0.3)

    async def order_and_kill(victim: str, moment: str) -> str:
        order_id = await place_order(installed, daniel, body)
        await reached(installed, order_id, moment)
        await kill_and_start(installed, victim)
        return order_id

    orders: list[str] = []
    for moment in MOMENTS:
        orders += await asyncio.gather(*(order_and_kill(victim, moment) for victim in PROCESSES))
    await settle(installed)

    effects = [await effects_of(installed, order_id) for order_id in orders]
    assert {replace(one, mails=[], tries=0) == ONCE for one in effects} == {True}, effects
    # SMTP has no two-phase commit: if notifications is killed between the mail server's "accepted" and its own commit,
    # it sends the mail again, with the same Message-ID. That may happen to each mail that it was sending.
    assert {len(set(one.mails)) for one in effects} == {1}
    assert [one for one in effects if len(one.mails) > min(one.tries, 2)] == []
    assert sum(one.tries - 1 for one in effects) <= len(MOMENTS) * MAILS_AT_ONCE, "so often was notifications killed"


async def reached(installed: Installation, order_id: str, moment: str) -> None:
    service, query = MOMENTS[moment]
    async with installed.database(service) as database:

        async def there() -> bool:
            return bool(await database.fetchval(query, order_id))

        await eventually(there, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)


async def kill_and_start(installed: Installation, name: str) -> None:
    installed.stack.children[name].kill()
    installed.stack.start([name])
    await asyncio.to_thread(installed.stack.wait, [name], 120)
