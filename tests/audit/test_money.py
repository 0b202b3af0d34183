"""The log of people whose role does not see money."""

from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest

from services.audit.entries.service import append_entries
from shared.events import REGISTRY, Envelope, Event
from shared.events.money import money_fields
from tests.audit.harness import NOON, SECRET, AuditHarness, user_actor
from tests.contracts.freeze import sample_file
from tests.harness.logs import captured_logs
from tests.harness.services import Caller, Running

LIST = "/api/audit/entries"
CANARY = 987654321
"""An amount that no event has by chance."""


def with_canaries(value: Any) -> Any:
    """The value of a field of money, with other amounts."""
    if isinstance(value, dict):
        return {name: with_canaries(each) for name, each in value.items()}
    if isinstance(value, list):
        return [with_canaries(each) for each in value]
    return CANARY if isinstance(value, int) else f"declined: {CANARY}"


def done_by(caller: Caller, event: type[Event], **changes: Any) -> dict[str, Any]:
    """A sample of an event in the caller's name, with canaries for money, also in fields that are younger than it."""
    body = orjson.loads(sample_file(event).read_bytes())
    body |= {name: with_canaries(body.get(name, 0)) for name in money_fields(event)}
    actor = user_actor(caller.user_id, caller.address).model_dump(mode="json")
    envelope = {"event_id": str(uuid4()), "workspace_id": str(caller.workspace_id), "occurred_at": NOON.isoformat()}
    return body | envelope | {"actor": actor} | changes


async def keep(running: Running, bodies: Iterable[dict[str, Any]]) -> None:
    log = AuditHarness(running.database)
    async with log.database.worker.begin() as session:
        await append_entries(session, [(Envelope.model_validate(body), body) for body in bodies], SECRET)


async def pages(caller: Caller) -> AsyncIterator[httpx.Response]:
    """The whole log, as the caller sees it."""
    cursor: str | None = ""
    while cursor is not None:
        answer = await caller.http.get(LIST, params={"limit": 200} | ({"cursor": cursor} if cursor else {}))
        cursor = answer.json()["next"]
        yield answer


@pytest.mark.rule("P21", "D10")
@pytest.mark.parametrize("role", ["support", "regular", "admin"])
async def test_money_is_in_the_entries_only_of_who_sees_money(run: Callable[..., Any], role: str) -> None:
    """Ones own entries too: somebody may have had another role before."""
    running = await run("audit")
    mia = await running.caller(role)
    audited = [event for event in REGISTRY.values() if not event.transient]
    await keep(running, [done_by(mia, event) for event in audited])

    answers = [answer async for answer in pages(mia)]

    entries = {entry["action"]: entry for answer in answers for entry in answer.json()["items"]}
    assert entries.keys() == {event.name for event in audited}
    assert any(str(CANARY) in answer.text for answer in answers) is (role != "support")
    hidden = {event.name: sorted(money_fields(event)) if role == "support" else [] for event in audited}
    assert {name: entry["hidden"] for name, entry in entries.items()} == hidden
    assert entries["provisioning.order_placed"]["details"]["quantity"]


@pytest.mark.rule("P21")
async def test_what_this_version_does_not_know_is_hidden_too(run: Callable[..., Any]) -> None:
    running = await run("audit")
    mia = await running.caller("support")
    paid = REGISTRY["billing.invoice_paid"]
    newer = done_by(mia, paid, discount=CANARY, schema_version=2)
    unknown = done_by(mia, paid, name="billing.credit_given", discount=CANARY)
    await keep(running, [newer, unknown])

    answer = await mia.http.get(LIST)

    assert str(CANARY) not in answer.text
    assert {entry["action"]: "discount" in entry["hidden"] for entry in answer.json()["items"]} == {
        "billing.invoice_paid": True, "billing.credit_given": True,
    }  # fmt: skip


@pytest.mark.rule("D5", "P21")
async def test_who_sees_one_bill_groups_money_sees_no_other_in_the_log(run: Callable[..., Any]) -> None:
    running, group = await run("audit"), uuid4()
    mia = await running.caller("billing", bill_group_id=group)
    paid = REGISTRY["billing.invoice_paid"]
    await keep(running, [done_by(mia, paid, bill_group_id=str(each)) for each in (group, uuid4())])

    entries = (await mia.http.get(LIST)).json()["items"]

    shown = {entry["details"]["bill_group_id"] == str(group): entry["hidden"] for entry in entries}
    assert shown == {True: [], False: sorted(money_fields(paid))}


async def test_an_entry_that_cannot_be_read_takes_no_other_with_it(run: Callable[..., Any]) -> None:
    running = await run("audit")
    mia = await running.caller("admin")
    bodies = [done_by(mia, REGISTRY["provisioning.order_placed"]) for _ in range(3)]
    await keep(running, bodies)
    deep, broken = '{"a":' * 300 + "1" + "}" * 300, bodies[1]["event_id"]
    change = "UPDATE entries SET details = CAST(:deep AS jsonb) WHERE id = :id"
    await AuditHarness(running.database).tamper(change, deep=deep, id=broken)

    with captured_logs() as lines:
        answer = await mia.http.get(LIST)

    entries = {entry["id"]: entry["details"] for entry in answer.json()["items"]}
    assert answer.status_code == 200
    assert [entries[body["event_id"]] is None for body in bodies] == [False, True, False]
    assert [line["entry_id"] for line in lines if line["event"] == "entry.unreadable"] == [broken]
