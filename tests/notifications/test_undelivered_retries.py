"""Mails that were not delivered are tried again, because staff ask or because they become known to."""

from datetime import timedelta
from uuid import uuid4

from tests.notifications.desk import GONE, LATER, REFUSED, Desk
from tests.notifications.harness import (
    CUSTOMER,
    billing_contact,
    contact,
    invoice,
    person,
    provisioned,
)
from tests.notifications.invoicing import QUEUE, document, issued


async def test_a_mail_that_was_given_up_is_sent_when_staff_ask_and_the_log_says_who(desk: Desk) -> None:
    group, address = uuid4(), "ap@northwind.example"
    desk.notifications.server.at_recipient[address] = REFUSED
    await desk.notifications.hear(billing_contact(group, address), invoice(group))
    await desk.notifications.send()
    [failed] = await desk.list()
    desk.notifications.server.at_recipient.clear()

    said = await desk.retry(failed["id"])
    [asked] = await desk.list()
    await desk.work()
    await desk.notifications.send()

    assert said == {"id": failed["id"], "state": "retrying"}
    assert asked["state"] == "retrying"
    assert len(desk.notifications.server.mails) == 1
    assert await desk.list() == []
    [logged] = await desk.notifications.database.events("notifications.message_retried")
    assert (logged["workspace_id"], logged["topic"]) == (str(CUSTOMER), "invoice_issued")
    assert logged["actor"]["user_id"] == str(desk.lars.user_id)
    await desk.retry(failed["id"], expected=404)


async def test_a_mail_is_tried_for_three_days_again_after_a_retry(desk: Desk) -> None:
    await desk.notifications.hear(contact(), person(), provisioned())
    await desk.notifications.server.stop()
    await desk.give_up()
    [failed] = await desk.list()
    assert failed["state"] == "given_up"
    await desk.notifications.change("UPDATE messages SET created_at = created_at - interval '4 days'")
    await desk.notifications.change("UPDATE deliveries SET created_at = created_at - interval '4 days'")

    await desk.retry(failed["id"])
    await desk.work()
    await desk.notifications.send()

    [again] = await desk.list()
    assert (again["state"], again["tries"]) == ("retrying", failed["tries"] + 1)
    assert await desk.notifications.deliveries("state, tries") == [("deferred", 1)]


async def test_a_mail_is_asked_for_once(desk: Desk) -> None:
    await desk.notifications.hear(contact(), person(), provisioned())
    desk.notifications.server.at_recipient["ops@meridian.example"] = GONE
    await desk.notifications.send()
    [failed] = await desk.list()

    await desk.retry(failed["id"])
    await desk.retry(failed["id"], expected=409)

    assert len(await desk.notifications.database.events("notifications.message_retried")) == 1


async def test_a_request_that_comes_after_the_mail_was_sent_changes_nothing(desk: Desk) -> None:
    await desk.notifications.hear(contact(), person(), provisioned())
    desk.notifications.server.at_recipient["ops@meridian.example"] = LATER
    await desk.notifications.send()
    await desk.retry((await desk.list())[0]["id"])
    desk.notifications.server.at_recipient.clear()
    await desk.notifications.send(after=timedelta(minutes=1))

    await desk.work()
    await desk.notifications.send(after=timedelta(minutes=1))

    assert len(desk.notifications.server.mails) == 1


async def test_an_invoice_keeps_its_pdf_for_a_retry(desk: Desk) -> None:
    group, address = uuid4(), "ap@northwind.example"
    event = issued(group)
    desk.notifications.server.at_recipient[address] = REFUSED
    await desk.notifications.hear(billing_contact(group, address), event)
    await desk.notifications.command(QUEUE, document(event.event_id))
    await desk.notifications.send()
    desk.notifications.server.at_recipient.clear()

    await desk.retry((await desk.list())[0]["id"])
    await desk.work()
    await desk.notifications.send()

    [mail] = desk.notifications.server.mails
    assert [part.get_filename() for part in mail.iter_attachments()] == ["LC-2026-000042.pdf"]
    assert "canary of the document" not in await desk.notifications.everything_stored()
