"""Entries are told with the names of what they are about, and with the place of colleagues."""

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.audit.names import catching_up
from services.audit.names.learning import OBJECTS, PEOPLE
from services.audit.personal_data.service import erase_person
from shared.events import REGISTRY, Event, Via
from shared.events.billing import BillingContactChanged, InvoicePaid, PaymentSucceeded
from shared.events.grants import Grant
from shared.events.identity import (
    AccessGranted,
    BrandChanged,
    ContactAdded,
    MoveEvent,
    UserSignedIn,
    UserUpdated,
    WorkspaceCreated,
    WorkspaceEvent,
)
from shared.events.provisioning import QuoteOrderRefused
from tests.audit.harness import NOON, SECRET, AuditHarness, contact, counts, user_actor
from tests.contracts.openapi import check_answer, operation_at
from tests.harness.services import Caller

LIST = "/api/audit/entries"
COPY = """
INSERT INTO workspace_copies (id, kind, slug, display_name, account_number, connected, version)
VALUES (:id, 'partner', 'meridian', 'Meridian', '7', true, 1)
"""
PLACE = {"ip": "203.0.113.7", "browser": "Firefox on Linux", "browser_name": "Firefox", "operating_system": "Linux"}
NAME_FIELDS = {"display_name", "number", "product_name"}
NAMED_OTHERWISE = {
    BillingContactChanged: "its own details name the contact, who has no id",
    BrandChanged: "it names a brand, which is a workspace",
    WorkspaceEvent: "every service has copies of the workspaces",
    MoveEvent: "it names a workspace",
    QuoteOrderRefused: "what it names has no order, and no service",
}


def paid(workspace_id: UUID, invoice_id: UUID, number: str, **envelope: Any) -> Event:
    return InvoicePaid(workspace_id=workspace_id, invoice_id=invoice_id, bill_group_id=uuid4(), number=number,
                       total_minor=111925, currency="EUR", **({"occurred_at": NOON} | envelope))  # fmt: skip


def payment(workspace_id: UUID, invoice_id: UUID) -> Event:
    return PaymentSucceeded(workspace_id=workspace_id, invoice_id=invoice_id, payment_id=uuid4(), amount_minor=1,
                            currency="EUR", occurred_at=NOON + timedelta(days=9))  # fmt: skip


def called(workspace_id: UUID, user_id: UUID, name: str, minutes: int = 0) -> Event:
    return UserUpdated(workspace_id=workspace_id, user_id=user_id, address="mia@northwind.example", display_name=name,
                       occurred_at=NOON + timedelta(minutes=minutes))  # fmt: skip


def signed_in(person: Caller, session_id: UUID, workspace_id: UUID | None = None) -> Event:
    actor = user_actor(person.user_id, person.address).model_copy(update={"session_id": session_id})
    return UserSignedIn(workspace_id=workspace_id or person.workspace_id, user_id=person.user_id, method="code",
                        session_id=session_id, **PLACE, actor=actor, occurred_at=NOON)  # fmt: skip


def done_in(session_id: UUID | None, person: Caller, via: Via = Via.own) -> Event:
    actor = user_actor(person.user_id, person.address, via).model_copy(update={"session_id": session_id})
    return counts(person.workspace_id, actor=actor, occurred_at=NOON + timedelta(minutes=1))


async def newest(caller: Caller) -> dict[str, Any]:
    answer = await caller.http.get(LIST)
    check_answer(operation_at("GET", LIST), 200, answer.headers, answer.content)
    found: dict[str, Any] = answer.json()["items"][0]
    return found


@pytest.mark.parametrize("event", [each for each in REGISTRY.values() if not each.transient], ids=lambda e: e.name)
def test_every_event_that_says_a_name_teaches_it(event: type[Event]) -> None:
    if not NAME_FIELDS & event.model_fields.keys() or issubclass(event, tuple(NAMED_OTHERWISE)):
        return
    fields = OBJECTS.get(event.name) or PEOPLE[event.name]

    names = {name for those in fields.values() for name in those}
    assert {*fields, *names} <= event.model_fields.keys()
    assert NAME_FIELDS & event.model_fields.keys() <= names


@pytest.mark.rule("K14")
@pytest.mark.parametrize("order", [*permutations(range(3))])
async def test_the_newest_name_counts_in_whatever_order_events_arrive(run: Any, order: tuple[int, ...]) -> None:
    running = await run("audit")
    jonas, invoice_id = await running.caller("admin"), uuid4()
    log = AuditHarness(running.database)
    said = [paid(jonas.workspace_id, invoice_id, f"LC-{n}", occurred_at=NOON + timedelta(minutes=n)) for n in range(3)]
    for n in order:
        await log.keep(said[n])
    await log.keep(payment(jonas.workspace_id, invoice_id))

    entry = await newest(jonas)

    assert entry["action"] == "billing.payment_succeeded"
    assert entry["names"] == {str(invoice_id): "LC-2"}


@pytest.mark.rule("K14", "D27")
async def test_people_are_named_until_they_are_erased(run: Any) -> None:
    running = await run("audit")
    jonas, mia = await running.caller("admin", address="jonas@northwind.example"), uuid4()
    log, actor = AuditHarness(running.database), user_actor(jonas.user_id, jonas.address)
    grant = Grant(grant_id=uuid4(), workspace_id=jonas.workspace_id, role="regular", source="membership")
    await log.keep(called(jonas.workspace_id, jonas.user_id, "Jonas Weber"))
    await log.keep(called(uuid4(), mia, "Mia Roth", minutes=2), called(uuid4(), mia, "Mia Kern", minutes=1))
    await log.keep(AccessGranted(workspace_id=jonas.workspace_id, user_id=mia, grant=grant, from_version=0,
                                 to_version=1, actor=actor, occurred_at=NOON + timedelta(days=1)))  # fmt: skip

    before = await newest(jonas)
    dump = await log.scalar("SELECT string_agg(k::text, '') || (SELECT coalesce(string_agg(n::text, ''), '') FROM"
                            " names n) FROM person_keys k")  # fmt: skip
    async with running.database.worker.begin() as session:
        await erase_person(session, mia)
    after = await newest(jonas)
    await log.keep(called(uuid4(), mia, "Mia Again", minutes=5))

    assert before["actor"]["display_name"] == "Jonas Weber"
    assert before["names"][str(mia)] == "Mia Roth"
    assert "Mia" not in dump
    assert str(mia) not in after["names"]
    assert str(mia) not in (await newest(jonas))["names"], "nothing new is kept either"


@pytest.mark.rule("K14", "D5")
async def test_names_of_another_workspace_are_not_told(run: Any) -> None:
    running = await run("audit")
    jonas, invoice_id = await running.caller("admin"), uuid4()
    log = AuditHarness(running.database)
    await log.keep(paid(uuid4(), invoice_id, "LC-1"), payment(jonas.workspace_id, invoice_id))

    assert (await newest(jonas))["names"] == {}


@pytest.mark.rule("K14")
async def test_a_contact_and_a_workspace_are_named(run: Any) -> None:
    running = await run("audit")
    jonas, ana = await running.caller("admin"), await running.caller("admin", kind="partner")
    log = AuditHarness(running.database)
    event = contact(jonas.workspace_id, user_actor(jonas.user_id, jonas.address), "ops@northwind.example")
    await log.keep(event)
    assert isinstance(event, ContactAdded)
    assert (await newest(jonas))["names"] == {str(event.contact_id): "Ops of Meridian"}

    created = WorkspaceCreated(workspace_id=ana.workspace_id, kind="partner", slug="x", display_name="X",
                               account_number="1", connected=True, occurred_at=NOON)  # fmt: skip
    await log.keep(created)
    await log.tamper(COPY, id=ana.workspace_id)
    assert (await newest(ana))["names"] == {str(ana.workspace_id): "Meridian"}


@pytest.mark.rule("K14")
@pytest.mark.parametrize("first", ["the sign-in", "what was done"])
async def test_colleagues_see_from_where_somebody_did_it(run: Any, first: str) -> None:
    running, session_id = await run("audit"), uuid4()
    jonas = await running.caller("admin")
    mia = await running.caller("regular", workspace_id=jonas.workspace_id, address="mia@northwind.example")
    log = AuditHarness(running.database)
    events = [signed_in(mia, session_id), done_in(session_id, mia)]
    for event in events if first == "the sign-in" else reversed(events):
        await log.keep(event)

    items = (await jonas.http.get(LIST)).json()["items"]
    own = (await mia.http.get(LIST)).json()["items"]

    assert [entry["place"] for entry in items] == [PLACE, PLACE]
    assert own == items
    dump = await log.scalar("SELECT string_agg(e::text, '') || (SELECT string_agg(s::text, '') FROM sessions s) FROM"
                            " entries e")  # fmt: skip
    assert [each for each in PLACE.values() if each in dump] == []
    async with running.database.worker.begin() as session:
        await erase_person(session, mia.user_id)
    assert [entry["place"] for entry in (await jonas.http.get(LIST)).json()["items"]] == [None, None]


@pytest.mark.rule("K14", "P31")
async def test_places_of_the_sellers_staff_are_not_told_and_theirs_neither(run: Any) -> None:
    running, session_id = await run("audit"), uuid4()
    jonas = await running.caller("admin")
    tom = await running.caller("admin", workspace_id=jonas.workspace_id, via="on_behalf")
    log = AuditHarness(running.database)
    await log.keep(signed_in(jonas, uuid4()), signed_in(tom, session_id, workspace_id=uuid4()))
    for via in (Via.on_behalf, Via.parent, Via.system, Via.token):
        await log.keep(done_in(session_id, tom, via))
    await log.keep(done_in(None, jonas))

    by_jonas = (await jonas.http.get(LIST)).json()["items"]
    by_tom = await tom.http.get(LIST)

    assert {entry["place"] is None for entry in by_jonas if entry["actor"]["via"] != "self"} == {True}
    assert len([entry for entry in by_jonas if entry["place"]]) == 1, "the sign-in"
    assert [entry for entry in by_tom.json()["items"] if entry["place"]] == []
    assert "203.0.113.7" not in by_tom.text
    hidden = [entry["hidden"] for entry in by_tom.json()["items"] if entry["action"] == "identity.user_signed_in"]
    assert hidden == [sorted(PLACE)]


FORGET_NAMES = "DELETE FROM names"
FORGET_PEOPLE = "UPDATE person_keys SET name_sealed = NULL, named_at = NULL"
FROM_BEFORE = "INSERT INTO old_entries (until) SELECT max(position) FROM entries"
LEARNED = "SELECT learned FROM old_entries"


@pytest.mark.rule("K14", "D27")
@pytest.mark.parametrize("at_once", [1, 2, 3, 2000])
async def test_names_of_entries_from_before_are_learned_once(
    run: Any, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    running, invoice_id, mia, gone = await run("audit"), uuid4(), uuid4(), uuid4()
    jonas = await running.caller("admin")
    log = AuditHarness(running.database)
    old = [paid(jonas.workspace_id, invoice_id, f"LC-{n}", occurred_at=NOON + timedelta(minutes=n)) for n in (1, 2, 0)]
    people = [called(jonas.workspace_id, mia, "Mia Roth"), called(jonas.workspace_id, gone, "Gone")]
    await log.keep(*old, *people)
    async with running.database.worker.begin() as session:
        await erase_person(session, gone)
    for statement in (FORGET_NAMES, FORGET_PEOPLE, FROM_BEFORE):
        await log.tamper(statement)
    await log.keep(payment(jonas.workspace_id, invoice_id), counts(jonas.workspace_id))
    monkeypatch.setattr(catching_up, "AT_ONCE", at_once)

    async def learn() -> int:
        async with running.database.worker.begin() as session:
            return await catching_up.learn_old_names(session, SECRET)

    async def interrupted() -> None:
        async with running.database.worker.begin() as session:
            await catching_up.learn_old_names(session, SECRET)
            raise InterruptedError

    done = [await learn()]
    with pytest.raises(InterruptedError):
        await interrupted()
    while done[-1]:
        done.append(await learn())

    assert sum(done) == 5, "the five from before, each once, and none that came later"
    assert await log.scalar(LEARNED) == 5
    listed = (await jonas.http.get(LIST)).json()["items"]
    names = {name for entry in listed for name in entry["names"].items()}
    assert names == {(str(invoice_id), "LC-2"), (str(mia), "Mia Roth")}


async def test_an_old_entry_does_not_take_a_newer_name_away(run: Any) -> None:
    running, invoice_id = await run("audit"), uuid4()
    jonas = await running.caller("admin")
    log = AuditHarness(running.database)
    await log.keep(paid(jonas.workspace_id, invoice_id, "LC-1"))
    await log.tamper(FROM_BEFORE)
    await log.keep(paid(jonas.workspace_id, invoice_id, "LC-2", occurred_at=NOON + timedelta(minutes=1)))

    async with running.database.worker.begin() as session:
        assert await catching_up.learn_old_names(session, SECRET) == 1

    assert (await newest(jonas))["names"] == {str(invoice_id): "LC-2"}
