"""The invoice's PDF is attached to the mail about it, which does not wait for it for ever."""

from datetime import timedelta
from email.message import EmailMessage
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest

from services.notifications.deliveries.sending import safe_filename
from services.notifications.jobs import forget_documents
from services.notifications.messages.schemas import LARGEST_DOCUMENT
from tests.notifications.harness import NotificationsHarness, billing_contact, invoice
from tests.notifications.invoicing import PDF, QUEUE, document, issued, paid, statement
from tests.notifications.mail_server import text_of

ADDRESS = "ap@northwind.example"
FILENAMES = [
    ("LC-2026-000042.pdf", "LC-2026-000042.pdf"),
    ("LC-2026-000042", "LC-2026-000042.pdf"),
    ("../../etc/passwd", "etc-passwd.pdf"),
    ("C:\\autoexec.bat", "C-autoexec.bat.pdf"),
    ("a\r\nBcc: x@evil.example.pdf", "a-Bcc-x-evil.example.pdf"),
    ("Größe 5.pdf", "Gr-e-5.pdf"),
    ("\u202efdp.exe", "fdp.exe.pdf"),
    (".pdf", "invoice.pdf"),
    ("…", "invoice.pdf"),
    ("x" * 200, "x" * 80 + ".pdf"),
]


def attachments(mail: EmailMessage) -> list[tuple[str | None, str, Any]]:
    return [(each.get_filename(), each.get_content_type(), each.get_content()) for each in mail.iter_attachments()]


async def documents(notifications: NotificationsHarness) -> int:
    return (await notifications.everything_stored()).count(
        "25504446"
    )  # a PDF's first bytes, as the database shows them


async def test_the_invoice_is_attached_and_then_deleted(notifications: NotificationsHarness) -> None:
    group = uuid4()
    event = issued(group)
    await notifications.hear(billing_contact(group, ADDRESS), event)

    await notifications.command(QUEUE, document(event.event_id))
    await notifications.send()

    [mail] = notifications.server.mails
    assert attachments(mail) == [("LC-2026-000042.pdf", "application/pdf", PDF)]
    assert "The invoice is attached as a PDF." in text_of(mail)
    assert await documents(notifications) == 0
    assert await notifications.problems() == []


async def test_a_receipt_has_the_document_too(notifications: NotificationsHarness) -> None:
    group = uuid4()
    event = paid(group, **statement())
    await notifications.command(QUEUE, document(event.event_id))

    await notifications.hear(billing_contact(group, ADDRESS), event)
    await notifications.send()

    [mail] = notifications.server.mails
    assert [name for name, _, _ in attachments(mail)] == ["LC-2026-000042.pdf"]


async def test_the_mail_waits_for_the_document_and_goes_as_soon_as_it_comes(
    notifications: NotificationsHarness,
) -> None:
    group = uuid4()
    event = issued(group)
    await notifications.hear(billing_contact(group, ADDRESS), event)
    for _ in range(3):
        await notifications.send(after=timedelta(seconds=40))
    waited = await notifications.deliveries("state, reason")

    await notifications.change("UPDATE deliveries SET due_at = clock_timestamp() + interval '1 hour'")
    await notifications.command(QUEUE, document(event.event_id))
    await notifications.send()

    assert waited == [("deferred", "Not known yet: the invoice’s document.")]
    assert [len(attachments(mail)) for mail in notifications.server.mails] == [1]


@pytest.mark.rule("D23")
@pytest.mark.parametrize("order", list(permutations(("contact", "event", "document"))), ids="-".join)
async def test_in_any_order_it_is_one_mail_with_one_document(
    notifications: NotificationsHarness, order: tuple[str, ...]
) -> None:
    group = uuid4()
    event = issued(group)
    for each in (*order, *order):
        if each == "document":
            await notifications.command(QUEUE, document(event.event_id))
        else:
            await notifications.hear(event if each == "event" else billing_contact(group, ADDRESS))
        await notifications.send(after=timedelta(seconds=31))

    assert [len(attachments(mail)) for mail in notifications.server.mails] == [1]
    assert await documents(notifications) == 0
    assert await notifications.problems() == []


async def test_after_a_quarter_of_an_hour_the_mail_goes_without_it(notifications: NotificationsHarness) -> None:
    group = uuid4()
    event = issued(group)
    await notifications.hear(billing_contact(group, ADDRESS), event)
    for seconds in (0, 6, 31, 121, 601):
        await notifications.send(after=timedelta(seconds=seconds))
    before = len(notifications.server.mails)

    await notifications.send(after=timedelta(minutes=15) - timedelta(seconds=759) + timedelta(seconds=1))

    assert before == 0
    [mail] = notifications.server.mails
    assert attachments(mail) == []
    assert "attached" not in text_of(mail)
    assert f"/billing/invoices/{event.invoice_id}" in text_of(mail)


async def test_a_document_that_comes_after_its_mail_is_not_kept(notifications: NotificationsHarness) -> None:
    group = uuid4()
    event = issued(group)
    await notifications.hear(billing_contact(group, ADDRESS), event)
    await notifications.send(after=timedelta(minutes=16))

    await notifications.command(QUEUE, document(event.event_id))

    assert len(notifications.server.mails) == 1
    assert await documents(notifications) == 0


async def test_an_invoice_without_a_document_is_mailed_without_waiting(notifications: NotificationsHarness) -> None:
    group = uuid4()
    event = issued(group)
    await notifications.command(QUEUE, document(event.event_id, None))

    await notifications.hear(billing_contact(group, ADDRESS), event)
    await notifications.send()

    assert [attachments(mail) for mail in notifications.server.mails] == [[]]


async def test_an_event_from_before_documents_waits_for_none(notifications: NotificationsHarness) -> None:
    group = uuid4()
    await notifications.hear(billing_contact(group, ADDRESS), invoice(group))

    await notifications.send()

    assert len(notifications.server.mails) == 1


@pytest.mark.rule("D23")
async def test_a_document_that_comes_again_changes_nothing(notifications: NotificationsHarness) -> None:
    group = uuid4()
    event = issued(group)
    await notifications.command(QUEUE, document(event.event_id))
    await notifications.command(QUEUE, document(event.event_id, b"%PDF-another"))

    await notifications.hear(billing_contact(group, ADDRESS), event)
    await notifications.send()

    assert [content for mail in notifications.server.mails for _, _, content in attachments(mail)] == [PDF]


async def test_a_document_is_kept_while_its_mail_is_tried_again_and_for_a_week_when_it_is_given_up(
    notifications: NotificationsHarness,
) -> None:
    group = uuid4()
    event = issued(group)
    notifications.server.at_data[ADDRESS] = "451 4.0.0 Later"
    await notifications.hear(billing_contact(group, ADDRESS), event)
    await notifications.command(QUEUE, document(event.event_id))

    await notifications.send()
    assert await documents(notifications) == 1

    notifications.server.at_data[ADDRESS] = "550 5.0.0 Never"
    await notifications.send(after=timedelta(seconds=6))
    assert await documents(notifications) == 1, "staff may have the mail tried again"
    assert await notifications.deliveries() == ["failed"]

    notifications.clock.ahead += timedelta(days=8)
    await forget_documents(notifications.job)
    assert await documents(notifications) == 0


async def test_a_document_without_a_mail_is_forgotten_after_a_week(notifications: NotificationsHarness) -> None:
    await notifications.command(QUEUE, document(uuid4()))
    await forget_documents(notifications.job)
    kept = await documents(notifications)

    notifications.clock.ahead += timedelta(days=7, seconds=1)
    await forget_documents(notifications.job)

    assert (kept, await documents(notifications)) == (1, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"content": "no base64!"},
        {"content": "Y2FuYXJ5IG9mIHRoZSBkb2N1bWVudA=="},
        {"event_id": "canary"},
        {"filename": ""},
        {"filename": "x" * 201},
        {"workspace_id": None},
        document(uuid4(), PDF + b"x" * (LARGEST_DOCUMENT + 1 - len(PDF))),
    ],
    ids=["no base64", "no pdf", "no id", "no name", "long name", "no workspace", "too large"],
)
async def test_a_bad_document_is_refused_for_good_without_repeating_it(
    notifications: NotificationsHarness, log_lines: list[Any], wrong: dict[str, Any]
) -> None:
    await notifications.command(QUEUE, document(uuid4()) | wrong)

    assert await documents(notifications) == 0
    [refused] = [line for line in log_lines if line["event"] == "event.put_aside"]
    assert set(wrong) & set(refused["reason"].removesuffix(".").replace(":", "").replace(",", "").split())
    assert "canary" not in str(log_lines)
    assert len(str(log_lines)) < 20_000


async def test_a_document_of_the_largest_size_is_taken(notifications: NotificationsHarness) -> None:
    group = uuid4()
    event = issued(group)
    content = PDF + b"x" * (LARGEST_DOCUMENT - len(PDF))
    await notifications.hear(billing_contact(group, ADDRESS), event)

    await notifications.command(QUEUE, document(event.event_id, content))
    await notifications.send()

    assert [found for mail in notifications.server.mails for _, _, found in attachments(mail)] == [content]


@pytest.mark.parametrize(("name", "safe"), FILENAMES)
def test_a_filename_is_safe_on_every_system(name: str, safe: str) -> None:
    assert safe_filename(name) == safe


async def test_a_hostile_filename_writes_no_header(notifications: NotificationsHarness) -> None:
    group = uuid4()
    event = issued(group)
    await notifications.hear(billing_contact(group, ADDRESS), event)

    hostile = 'x"; filename="y.exe\r\nBcc: everybody@evil.example'
    await notifications.command(QUEUE, document(event.event_id, filename=hostile))
    await notifications.send()

    [mail] = notifications.server.mails
    assert mail["Bcc"] is None
    assert [name for name, _, _ in attachments(mail)] == ["x-filename-y.exe-Bcc-everybody-evil.example.pdf"]
