"""Orders during faults: placed with retries, watched in the databases, and every effect counted afterwards."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from deploy.environment import SERVICES
from deploy.local.processes import CouldNotStart
from deploy.waiting import NotInTime, eventually
from tests.harness.installation import DemoUser, Installation

PROVIDER, CUSTOMER, OPS = "robin@larkspur.example", "daniel@kestrel.example", "ops@meridian.example"
ORDERS = "/api/provisioning/orders"
PATIENCE_SECONDS = 150
"""Longer than a lease, a retry delay and a start of a process together, on a busy machine."""
PAUSE_SECONDS = 0.1


async def offer(installed: Installation, **driver_options: Any) -> dict[str, Any]:
    """Publish a product that the simulator provisions with ``driver_options``; returns the body of an order of it."""
    robin, name = await installed.signed_in(PROVIDER), f"product-{uuid4().hex[:12]}"
    kind = {"key": name, "display_name": name, "kind": "node", "driver": "simulator"}
    product = await robin.post(
        "/api/provisioning/products",
        kind | {"configuration_schema": {"type": "object"}, "driver_options": driver_options},
    )
    price = {"display_name": "Monthly", "currency": "EUR", "recurring_minor": 1000, "one_off_minor": 0}
    plan = await robin.post("/api/billing/plans", price | {"product_id": product["id"], "interval_months": 1})

    async def known() -> bool:
        async with installed.database("provisioning") as database:
            return bool(await database.fetchval("SELECT 1 FROM plan_versions WHERE id = $1", plan["plan_version_id"]))

    await eventually(known, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    return {"product_id": product["id"], "plan_version_id": plan["plan_version_id"], "configuration": {}}


async def place_order(installed: Installation, customer: DemoUser, body: dict[str, Any]) -> str:
    """Place one order, with retries under the same idempotency key until there is a response; returns its id."""
    key = {"Idempotency-Key": str(uuid4())}

    async def placed() -> str | None:
        try:
            headers = await customer._authorization() | key
            answer = await installed.site.http.post(ORDERS, json=body, headers=headers)
        except httpx.TransportError:
            return None  # no connection, or it broke, and the order may have been placed
        if answer.status_code == 503:
            return None
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    order_id = await eventually(placed, "an answer to an order", seconds=PATIENCE_SECONDS, pause=0.2)
    assert order_id
    return order_id


async def fulfilled(installed: Installation, order_id: str) -> bool:
    async with installed.database("provisioning") as database:
        state = await database.fetchval("SELECT state FROM orders WHERE id = $1", order_id)
    assert state != "failed"
    return bool(state == "fulfilled")


# Work in progress in the services: all of these are zero once nothing is in progress. What waits for people may wait.
_OUTBOX = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
_UNDER_WAY = {
    "provisioning": """SELECT count(*) FROM operations WHERE state IN ('queued', 'running') AND NOT EXISTS (
        SELECT FROM manual_tasks WHERE operation_id = operations.id AND is_open)""",
    "notifications": "SELECT count(*) FROM deliveries WHERE state IN ('queued', 'sending', 'deferred')",
}


async def at_rest(installed: Installation) -> bool:
    for service in SERVICES:
        async with installed.database(service) as database:
            for query in (_OUTBOX, _UNDER_WAY.get(service, "SELECT 0")):
                if await database.fetchval(query):
                    return False
    return True


async def settle(installed: Installation) -> None:
    """Wait until no work is in progress and `portico verify` finds no violated invariant. Work is looked for once more
    afterwards: an event that waited at first, which `verify` has waited for, may have begun some, such as a mail."""
    await _rest(installed)
    broken = "never asked"

    async def verified() -> bool:
        nonlocal broken
        try:
            await installed.portico("verify", "--patience", "0")
        except CouldNotStart as problems:
            broken = str(problems)
            return False
        return True

    try:
        await eventually(verified, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    except NotInTime:
        raise AssertionError(broken) from None
    await _rest(installed)


async def _rest(installed: Installation) -> None:
    await eventually(lambda: at_rest(installed), "nothing under way", seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)


@dataclass(frozen=True)
class Effects:
    """How often each effect of one order happened."""

    services: int
    steps_made: int
    provisioned_events: int
    subscriptions: int
    billing_starts: int
    audit_entries: dict[str, int]
    mails: list[str]
    """The Message-ID of each mail to the partner's contact."""
    tries: int
    """How often a worker claimed that mail, which it does before it connects to the mail server."""


_SERVICES = "SELECT count(*) FROM services WHERE order_id = $1 AND state = 'active'"
_STEPS = """
SELECT count(*) FROM simulated_steps WHERE key = (SELECT 'provision/' || id FROM services WHERE order_id = $1)
"""
_PROVISIONED = "SELECT body::jsonb->>'event_id' FROM outbox WHERE routing_key = 'provisioning.service_provisioned' " \
    "AND (body::jsonb->>'order_id')::uuid = $1"  # fmt: skip
_SUBSCRIPTIONS = "SELECT count(*) FROM subscriptions WHERE service_id = $1"
_STARTS = "SELECT count(*) FROM outbox WHERE routing_key = 'billing.billing_started' " \
    "AND (body::jsonb->>'service_id')::uuid = $1"  # fmt: skip
_ENTRIES = """
SELECT action, count(*) FROM entries WHERE details->>'order_id' = $1 OR details->>'service_id' = $2 GROUP BY 1
"""
_MESSAGES = """
SELECT d.message_id::text, d.tries
  FROM messages m LEFT JOIN gathered_messages g ON g.message_id = m.id
  JOIN deliveries d ON d.message_id = coalesce(g.into_id, m.id) WHERE m.fact_id = ANY($1)
"""


async def effects_of(installed: Installation, order_id: str) -> Effects:
    """All effects of an order, counted in the databases."""
    async with installed.database("provisioning") as database:
        service_id = await database.fetchval("SELECT id FROM services WHERE order_id = $1", order_id)
        services, steps = [await database.fetchval(query, order_id) for query in (_SERVICES, _STEPS)]
        provisioned = [row[0] for row in await database.fetch(_PROVISIONED, order_id)]
    async with installed.database("billing") as database:
        subscriptions, starts = [await database.fetchval(query, service_id) for query in (_SUBSCRIPTIONS, _STARTS)]
    async with installed.database("audit") as database:
        entries = {row[0]: row[1] for row in await database.fetch(_ENTRIES, order_id, str(service_id))}
    async with installed.database("notifications") as database:
        messages = {row[0]: row[1] for row in await database.fetch(_MESSAGES, provisioned)}
    sent = [mail["message_id"] for mail in await installed.mails(OPS)]
    mails = [id_ for id_ in sent if any(message in id_ for message in messages)]
    return Effects(services, steps, len(provisioned), subscriptions, starts, entries, mails,
                  sum(messages.values()))  # fmt: skip


_TOLD = """
SELECT coalesce(sum(d.gathered), 0)::integer
  FROM deliveries d JOIN messages m ON m.id = d.message_id JOIN company_contacts c ON c.contact_id = m.recipient_id
 WHERE m.topic = 'service_provisioned' AND d.state = 'sent' AND c.address = $1
"""


async def told(installed: Installation) -> int:
    """Of how many provisioned services the partner's contact was told, in however many mails."""
    async with installed.database("notifications") as database:
        found: int = await database.fetchval(_TOLD, OPS)
        return found
