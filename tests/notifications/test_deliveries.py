"""Failures of the mail server and of the workers that send."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from deploy.waiting import eventually
from services.notifications.deliveries.service import claim_due
from services.notifications.jobs import jobs, send_due_mail
from shared.events.billing import InvoiceLongOverdue
from shared.events.identity import ContactAdded
from tests.harness.waking import only_woken
from tests.notifications.harness import CUSTOMER, NOON, PROVIDER, NotificationsHarness, billing_contact, invoice
from tests.notifications.harness import contact as contact_of

PERMANENT, TEMPORARY = "550 5.1.1 No such mailbox", "451 4.3.2 Later, please"


def contact(address: str = "ops@larkspur.example") -> ContactAdded:
    return contact_of(address, workspace_id=PROVIDER)


def overdue(number: str = "LC-2026-000042") -> InvoiceLongOverdue:
    """What is mailed to contacts at once, alone."""
    return InvoiceLongOverdue(
        workspace_id=CUSTOMER, occurred_at=NOON, invoice_id=uuid4(), bill_group_id=uuid4(), number=number,
        total_minor=184_000, outstanding_minor=184_000, currency="EUR", due_on="2026-10-23", days_overdue=30,
    )  # fmt: skip


@pytest.fixture
async def waiting(notifications: NotificationsHarness) -> NotificationsHarness:
    """One mail to ops@larkspur.example is due."""
    await notifications.hear(contact(), overdue())
    return notifications


async def test_a_mail_waits_for_an_unavailable_server_and_is_sent_once(waiting: NotificationsHarness) -> None:
    await waiting.server.stop()
    for seconds in (0, 6, 31):
        await waiting.send(after=timedelta(seconds=seconds))
    assert await waiting.deliveries("state, tries") == [("deferred", 3)]

    await waiting.server.start()
    await waiting.send(after=timedelta(seconds=121))
    await waiting.send(after=timedelta(hours=2))

    assert len(waiting.server.mails) == 1
    assert await waiting.deliveries("state, tries") == [("sent", 4)]
    assert len(await waiting.database.events("notifications.message_sent")) == 1


async def test_a_mail_is_sent_at_once_however_seldom_workers_look(notifications: NotificationsHarness) -> None:
    await notifications.hear(contact())
    async with only_woken(jobs, "send_due_mail", notifications.job, notifications.database.worker_url):
        await notifications.hear(overdue())

        await eventually(lambda: len(notifications.server.mails) == 1)


async def test_an_attempt_waits_until_it_is_due(waiting: NotificationsHarness) -> None:
    await waiting.server.stop()
    await waiting.send(after=timedelta(0))
    await waiting.server.start()

    await waiting.send(after=timedelta(seconds=4))

    assert waiting.server.mails == []


@pytest.mark.parametrize("step", ["at_recipient", "at_data"])
async def test_a_temporary_refusal_is_retried(waiting: NotificationsHarness, step: str) -> None:
    answers = getattr(waiting.server, step)
    answers["ops@larkspur.example"] = TEMPORARY
    await waiting.send(after=timedelta(0))
    assert await waiting.deliveries("state, reason") == [("deferred", "The mail server answered 451.")]

    answers.clear()
    await waiting.send(after=timedelta(seconds=6))

    assert await waiting.deliveries() == ["sent"]


@pytest.mark.parametrize("step", ["at_recipient", "at_data"])
async def test_a_permanent_refusal_fails_that_recipient_only(waiting: NotificationsHarness, step: str) -> None:
    getattr(waiting.server, step)["ops@larkspur.example"] = PERMANENT
    await waiting.hear(contact("boss@larkspur.example"), overdue())

    await waiting.send(after=timedelta(0))
    await waiting.send(after=timedelta(days=1))

    assert sorted(await waiting.deliveries()) == ["failed", "failed", "sent", "sent"]
    failed = await waiting.database.events("notifications.message_failed")
    assert [event["reason"] for event in failed] == ["The mail server answered 550."] * 2
    assert len(await waiting.database.events("notifications.message_sent")) == 2


async def test_a_slow_server_does_not_block_other_mails(waiting: NotificationsHarness) -> None:
    group = uuid4()
    await waiting.hear(billing_contact(group, "ap@northwind.example"), invoice(group))
    waiting.server.seconds = 0.5

    await waiting.send(after=timedelta(0))

    assert len(waiting.server.mails) == 2
    assert waiting.server.most_at_once == 2


async def test_a_server_that_never_answers_times_out(waiting: NotificationsHarness) -> None:
    waiting.settings.smtp_timeout_seconds = 0.2
    waiting.server.seconds = 1

    await waiting.send(after=timedelta(0))

    assert await waiting.deliveries("state, reason") == [
        ("deferred", "The mail server was not reached: SMTPReadTimeoutError.")
    ]


async def test_after_three_days_a_mail_fails_and_is_logged(waiting: NotificationsHarness) -> None:
    await waiting.server.stop()

    for _ in range(80):
        await waiting.send(after=timedelta(hours=1))

    assert await waiting.deliveries() == ["failed"]
    [failed] = await waiting.database.events("notifications.message_failed")
    assert failed["reason"] == "The mail server was not reached: SMTPConnectError."


async def test_a_worker_killed_after_the_server_accepted_sends_again_under_the_same_message_id(
    waiting: NotificationsHarness,
) -> None:
    async def kill() -> None:
        sending.cancel()
        await asyncio.sleep(0)

    waiting.server.when_taken = kill
    sending = asyncio.ensure_future(send_due_mail(waiting.job))
    await asyncio.wait([sending])
    waiting.server.when_taken = None
    assert await waiting.deliveries() == ["sending"]
    await waiting.send(after=timedelta(0))
    assert len(waiting.server.mails) == 1, "its lease holds"

    await waiting.send(after=timedelta(seconds=121))

    assert len(waiting.server.mails) == 2
    assert len({mail["Message-ID"] for mail in waiting.server.mails}) == 1
    assert len(await waiting.database.events("notifications.message_sent")) == 1


async def test_ten_workers_send_each_mail_once(notifications: NotificationsHarness) -> None:
    await notifications.hear(*(contact(f"ops{n}@larkspur.example") for n in range(20)), overdue())

    await asyncio.gather(*(notifications.send(after=timedelta(0)) for _ in range(10)))

    assert len(notifications.server.mails) == 20
    assert len({str(mail["To"]) for mail in notifications.server.mails}) == 20


async def test_a_worker_that_lost_its_lease_records_nothing(waiting: NotificationsHarness) -> None:
    answer = asyncio.Event()

    async def hold_the_answer() -> None:
        await answer.wait()

    waiting.server.when_taken = hold_the_answer
    slow = asyncio.ensure_future(send_due_mail(waiting.job))
    await eventually(lambda: waiting.server.mails)
    async with waiting.sessions.begin() as session:
        later = waiting.clock.real_now() + timedelta(minutes=3)
        assert len(await claim_due(session, now=later, lease=timedelta(minutes=2), limit=10)) == 1

    answer.set()
    await slow

    assert await waiting.deliveries("state, tries") == [("sending", 2)]
    assert await waiting.database.events("notifications.message_sent") == []


async def test_an_error_in_composing_a_mail_does_not_block_others(waiting: NotificationsHarness) -> None:
    await waiting.change("UPDATE messages SET facts = '{}'")
    await waiting.hear(overdue("LC-2026-000043"))

    await waiting.send(after=timedelta(0))

    assert waiting.server.subjects == ["Northwind Logistics: invoice LC-2026-000043 is 30 days overdue"]
    assert sorted(await waiting.deliveries()) == ["deferred", "sent"]


async def test_mails_share_connections(notifications: NotificationsHarness) -> None:
    await notifications.hear(contact(), *(overdue(f"LC-2026-{number:06}") for number in range(40)))

    await notifications.send()

    assert len(notifications.server.mails) == 40
    assert notifications.server.connections <= notifications.settings.mails_at_once


async def test_a_server_may_take_one_mail_over_each_connection(notifications: NotificationsHarness) -> None:
    notifications.server.ends_connections = True
    await notifications.hear(contact(), *(overdue(f"LC-2026-{number:06}") for number in range(20)))

    await notifications.send()

    assert await notifications.deliveries("state, tries") == [("sent", 1)] * 20
    assert len(notifications.server.mails) == 20
    assert notifications.server.connections == 20


async def test_a_refused_mail_leaves_its_connection_to_the_next(notifications: NotificationsHarness) -> None:
    notifications.settings.mails_at_once = 1
    notifications.server.at_data["ops@larkspur.example"] = TEMPORARY
    await notifications.hear(contact(), contact("staff@larkspur.example"), overdue())

    await notifications.send(after=timedelta(0))

    assert sorted(await notifications.deliveries()) == ["deferred", "sent"]
    assert notifications.server.connections == 1


async def test_no_mail_waits_for_a_slower_one(notifications: NotificationsHarness) -> None:
    """One mailbox answers only when all others have their mail, of which there are more than are sent concurrently."""
    others = 3 * notifications.settings.mails_at_once
    notifications.server.waits_for = {"slow@larkspur.example": others}
    addresses = ["slow@larkspur.example", *(f"staff{number}@larkspur.example" for number in range(others))]
    await notifications.hear(*(contact(address) for address in addresses), overdue())

    await notifications.send(after=timedelta(0))

    assert len(notifications.server.mails) == others + 1
    assert "slow@larkspur.example" in notifications.server.mails[-1]["To"]
