"""The list of mails that wait for a recipient or could not be sent, and having one tried again."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.notifications.jobs import forget_undelivered
from tests.notifications.desk import GONE, LATER, PATH, Desk
from tests.notifications.harness import (
    CUSTOMER,
    PROVIDER,
    TOM,
    billing_contact,
    contact,
    invoice,
    person,
    provisioned,
    signed_in,
)
from tests.notifications.invoicing import issued


async def test_a_mail_without_a_billing_contact_waits_in_the_list_and_is_sent_as_soon_as_there_is_one(
    desk: Desk,
) -> None:
    group = uuid4()
    await desk.notifications.hear(invoice(group))
    for minutes in (0, 1, 5, 30):
        await desk.notifications.send(after=timedelta(minutes=minutes))

    [waiting] = await desk.list()
    german = (await desk.list(locale="de-DE"))[0]["title"]
    await desk.notifications.hear(billing_contact(group, "ap@northwind.example"))
    await desk.notifications.send()

    assert (waiting["state"], waiting["reason"], waiting["recipient_kind"]) == (
        "waiting", "no_recipient", "billing_contact",
    )  # fmt: skip
    assert (waiting["title"], waiting["about"]) == ("New invoice", "LC-2026-000042")
    assert (waiting["customer_name"], waiting["workspace_id"]) == ("Northwind Logistics", str(CUSTOMER))
    assert waiting["is_own_customer"] is False, "it is a partner's"
    assert (waiting["tries"], waiting["answer"]) == (4, None)
    assert waiting["due_at"] > waiting["tried_at"] > waiting["since"]
    assert german == "Neue Rechnung"
    assert len(desk.notifications.server.mails) == 1, "without waiting for its next try"
    assert await desk.list() == []
    assert await desk.notifications.problems() == []


async def test_a_mail_to_a_person_who_is_not_known_yet_goes_as_soon_as_they_are(desk: Desk) -> None:
    await desk.notifications.hear(signed_in())
    for minutes in (0, 1, 5, 30):
        await desk.notifications.send(after=timedelta(minutes=minutes))

    [waiting] = await desk.list()
    await desk.notifications.hear(person())
    await desk.notifications.send()

    assert (waiting["reason"], waiting["recipient_kind"], waiting["about"]) == ("no_recipient", "user", None)
    assert len(desk.notifications.server.mails) == 1
    assert await desk.list() == []


async def test_the_list_says_why_a_mail_was_not_sent_and_when_it_is_tried_again(desk: Desk) -> None:
    server, later, gone = desk.notifications.server, uuid4(), uuid4()
    server.at_recipient |= {"later@northwind.example": LATER, "gone@northwind.example": GONE}
    await desk.notifications.hear(
        billing_contact(later, "later@northwind.example"), billing_contact(gone, "gone@northwind.example"),
        invoice(later, number="LC-1"), invoice(gone, number="LC-2"),
    )  # fmt: skip

    await desk.notifications.send()

    listed = {each["about"]: each for each in await desk.list()}
    assert (listed["LC-1"]["state"], listed["LC-1"]["reason"], listed["LC-1"]["answer"]) == ("retrying", "refused", 451)
    assert listed["LC-1"]["due_at"] is not None
    assert (listed["LC-2"]["state"], listed["LC-2"]["reason"], listed["LC-2"]["answer"]) == ("given_up", "refused", 550)
    assert listed["LC-2"]["due_at"] is None


async def test_an_unavailable_server_and_an_unwritable_mail_have_reasons_of_their_own(desk: Desk) -> None:
    await desk.notifications.hear(contact(), person(), provisioned())
    await desk.notifications.server.stop()
    await desk.notifications.send()
    [unreached] = await desk.list()
    await desk.notifications.server.start()
    await desk.notifications.change("UPDATE messages SET facts = '{}'")

    await desk.notifications.send(after=timedelta(seconds=6))

    [unwritten] = await desk.list()
    assert (unreached["reason"], unreached["about"], unreached["tries"]) == ("not_reached", "10 Gbps port", 1)
    assert (unwritten["reason"], unwritten["tries"]) == ("not_written", 2)


async def test_to_wait_for_a_pdf_is_no_reason_to_be_listed(desk: Desk) -> None:
    group = uuid4()
    await desk.notifications.hear(billing_contact(group, "ap@northwind.example"), issued(group))

    await desk.notifications.send()

    assert await desk.notifications.deliveries() == ["deferred"]
    assert await desk.list() == []


@pytest.mark.rule("D30")
@pytest.mark.parametrize("kind", ["sign_in", "invitation"])
async def test_mails_with_secrets_are_never_listed(desk: Desk, kind: str) -> None:
    desk.notifications.server.at_recipient["jonas@northwind.example"] = GONE
    await desk.notifications.command_secret(kind, code="123456")

    await desk.notifications.send()

    assert await desk.notifications.deliveries() == ["failed"]
    assert await desk.list() == []
    listed = f"""INSERT INTO undelivered_mails SELECT id, workspace_id, topic, recipient_kind, recipient_id, NULL,
        'given_up', 'refused', 550, 1, created_at, created_at, NULL FROM messages WHERE topic = '{kind}'"""
    with pytest.raises(IntegrityError, match="ck_undelivered_mails_topic"):
        await unforced(desk, listed)


async def unforced(desk: Desk, statement: str) -> None:
    """As the owner, without row security."""
    tables = ("undelivered_mails", "messages")
    async with desk.notifications.database.owner.begin() as session:
        for table in tables:
            await session.execute(text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
        await session.execute(text(statement))


async def test_a_mail_to_a_removed_contact_is_not_listed(desk: Desk) -> None:
    added = contact()
    await desk.notifications.hear(added, person(), provisioned())
    await desk.notifications.server.stop()
    await desk.notifications.send()
    assert len(await desk.list()) == 1
    await desk.notifications.change("UPDATE company_contacts SET wants_service_mail = false")

    await desk.notifications.send(after=timedelta(minutes=1))

    assert await desk.notifications.deliveries() == ["suppressed"]
    assert await desk.list() == []


async def test_the_list_is_read_in_pages_the_newest_first(desk: Desk) -> None:
    await desk.notifications.hear(*(invoice(uuid4(), number=f"LC-{n}") for n in range(5)))
    await desk.notifications.send()

    pages, cursor = [], None
    while cursor is not None or not pages:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = (await desk.lars.http.get(PATH, params=query)).json()
        pages.append([each["about"] for each in answer["items"]])
        cursor = answer["next"]

    assert pages == [["LC-4", "LC-3"], ["LC-2", "LC-1"], ["LC-0"]]


async def test_what_was_given_up_leaves_the_list_after_ninety_days(desk: Desk) -> None:
    await desk.notifications.hear(invoice(uuid4()), contact(), person(), provisioned())
    desk.notifications.server.at_recipient["ops@meridian.example"] = GONE
    await desk.notifications.send()

    desk.notifications.clock.ahead += timedelta(days=89)
    await forget_undelivered(desk.notifications.job)
    early = await desk.list()
    desk.notifications.clock.ahead += timedelta(days=2)
    await forget_undelivered(desk.notifications.job)

    assert len(early) == 2
    assert [each["state"] for each in await desk.list()] == ["waiting"]


async def test_only_the_providers_staff_read_the_list_and_fewer_have_mails_tried_again(desk: Desk) -> None:
    await desk.notifications.hear(invoice(uuid4()))
    await desk.notifications.send()
    [waiting] = await desk.list()
    reader = await desk.api.caller("read_only", workspace_id=PROVIDER, kind="provider")
    customer = await desk.api.caller("admin", workspace_id=CUSTOMER, kind="customer")

    assert len((await reader.http.get(PATH)).json()["items"]) == 1
    await desk.retry(waiting["id"], expected=403, by=reader)
    assert (await customer.http.get(PATH)).status_code == 403
    await desk.retry(waiting["id"], expected=403, by=customer)


async def test_row_security_shows_the_provider_every_row_and_others_their_own(desk: Desk) -> None:
    await desk.notifications.hear(invoice(uuid4()))
    await desk.notifications.send()

    async def seen(workspace_id: UUID) -> int:
        async with desk.notifications.database.api.begin() as session:
            await session.execute(text(f"SELECT set_config('portico.workspace', '{workspace_id}', true)"))
            await session.execute(text("SELECT set_config('portico.within', '*', true)"))
            return len((await session.execute(text("SELECT message_id FROM undelivered_mails"))).all())

    assert [await seen(each) for each in (PROVIDER, CUSTOMER, TOM)] == [1, 1, 0]
