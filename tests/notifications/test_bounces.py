"""Mails that come back: told at the hand-over, or by a report to the address that names the message."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.notifications.bounces.reports import LARGEST
from services.notifications.deliveries.return_paths import find_returned, is_mailbox, return_path_of
from services.notifications.jobs import forget_soft_bounces
from shared.events.identity import ContactChanged, ContactRemoved
from tests.harness.services import running
from tests.notifications.desk import GONE, Desk
from tests.notifications.harness import (
    CUSTOMER,
    PARTNER,
    PROVIDER,
    NotificationsHarness,
    billing_contact,
    contact,
    invoice,
    person,
    provisioned,
    signed_in,
)
from tests.notifications.reports import Mails, ReturnDesk, dsn
from tests.notifications.test_signatures import ED25519, pem_of, signed_settings

AP, OPS = "ap@northwind.example", "ops@meridian.example"
FULL = "552 5.2.2 Mailbox is full"


@pytest.fixture
async def mails(notifications: NotificationsHarness, tmp_path: Path) -> AsyncIterator[Mails]:
    """Notifications with a bounce address, and whoever hands over what comes there."""
    notifications.settings.bounce_address = ReturnDesk.ADDRESS
    given = {"bounce_address": ReturnDesk.ADDRESS, "bounce_token": ReturnDesk.TOKEN}
    async with running(notifications.database, tmp_path / "clock", **given) as api:
        lars = await api.caller("admin", workspace_id=PROVIDER, kind="provider")
        yield Mails(notifications, Desk(notifications, api, lars), ReturnDesk(api))


async def test_a_mail_says_by_its_envelope_sender_which_one_it_is_and_nothing_else(mails: Mails) -> None:
    group = uuid4()
    await mails.notifications.hear(billing_contact(group, AP))

    sender = await mails.invoice(group)

    name = sender.partition("@")[0]
    [message_id] = await mails.notifications.deliveries("message_id")
    assert sender.endswith("@mail.larkspur.example")
    assert len(name) <= 64
    assert name == name.lower()
    assert mails.notifications.server.mails[0]["From"].addresses[0].addr_spec == "no-reply@portal.larkspur.example"
    for text in (sender, sender.upper(), f"<{sender}>", f"x, Bounces <{sender}>, y"):
        found = find_returned([text], mails.notifications.settings)
        assert found is not None
        assert found.message_id == message_id
        assert is_mailbox(found.mailbox, AP.upper(), mails.notifications.settings)
        assert not is_mailbox(found.mailbox, OPS, mails.notifications.settings)


IDS, TAMPERED = st.uuids(), st.tuples(st.integers(8, 55), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(id_=IDS, change=TAMPERED)
def test_nobody_makes_the_name_of_another_message(id_: UUID, change: tuple[int, str]) -> None:
    ours = signed_settings(pem_of(ED25519), bounce_address=ReturnDesk.ADDRESS)
    sender = return_path_of(id_, AP, ours)
    assert sender is not None
    at, letter = change
    forged = sender[:at] + letter + sender[at + 1 :]

    found = find_returned([forged], ours)

    assert (found is None) == (forged != sender)
    assert find_returned([f"x{sender}", f"{sender}.evil.example"], ours) is None


@pytest.mark.rule("D24")
async def test_a_mail_that_comes_back_later_has_failed_and_no_more_are_sent_there(mails: Mails) -> None:
    group = uuid4()
    await mails.notifications.hear(billing_contact(group, AP))
    sender = await mails.invoice(group)

    await mails.comes_back(dsn(sender))
    await mails.comes_back(dsn(sender))
    before = len(mails.notifications.server.mails)
    await mails.notifications.hear(invoice(group, number="LC-2"))
    await mails.notifications.send()

    assert before == len(mails.notifications.server.mails) == 1
    assert await mails.notifications.deliveries("state, reason") == [
        ("failed", "It came back with the status 5.1.1."), ("suppressed", "Mails to this address come back."),
    ]  # fmt: skip
    [failed] = await mails.events("message_failed")
    [suppressed] = await mails.events("address_suppressed")
    assert failed["reason"] == "It came back with the status 5.1.1."
    assert (suppressed["workspace_id"], suppressed["parent_workspace_id"]) == (str(CUSTOMER), str(PARTNER))
    assert (suppressed["reason"], suppressed["status"], suppressed["recipient_id"]) == (
        "no_mailbox", "5.1.1", str(group),
    )  # fmt: skip
    assert AP not in str([failed, suppressed]), "addresses are in the recipient book alone"
    [shown] = await mails.suppressed()
    assert (shown["address"], shown["customer_name"], shown["reason"]) == (AP, "Northwind Logistics", "no_mailbox")
    listed = {each["about"]: (each["state"], each["reason"]) for each in await mails.desk.list()}
    assert listed == {"LC-1": ("given_up", "bounced"), "LC-2": ("given_up", "suppressed")}
    assert await mails.notifications.problems() == []


@pytest.mark.rule("D24")
async def test_a_hard_refusal_at_the_hand_over_suppresses_without_a_bounce_address(desk: Desk) -> None:
    desk.notifications.server.at_recipient[OPS] = GONE
    await desk.notifications.hear(contact(OPS), provisioned())
    await desk.notifications.send()
    desk.notifications.server.at_recipient.clear()
    await desk.notifications.hear(provisioned())

    await desk.notifications.send()

    assert await desk.notifications.deliveries() == ["failed", "suppressed"]
    assert desk.notifications.server.mails == []
    [suppressed] = await desk.notifications.database.events("notifications.address_suppressed")
    assert (suppressed["workspace_id"], suppressed["recipient_kind"]) == (str(PARTNER), "admin_contact")
    assert await desk.notifications.problems() == []


@pytest.mark.parametrize("answer", ["550 No such user", "550 5.7.1 We take no such mail", "451 4.2.2 Full", FULL])
async def test_one_refusal_that_says_nothing_for_good_of_the_mailbox_suppresses_nothing(
    desk: Desk, answer: str
) -> None:
    desk.notifications.server.at_data[OPS] = answer
    await desk.notifications.hear(contact(OPS), provisioned())
    await desk.notifications.send()
    desk.notifications.server.at_data.clear()
    await desk.notifications.hear(provisioned())

    await desk.notifications.send()

    assert "sent" in await desk.notifications.deliveries()
    assert await desk.notifications.database.events("notifications.address_suppressed") == []


@pytest.mark.rule("D24")
async def test_three_mails_that_a_full_mailbox_refuses_within_a_month_suppress_it(mails: Mails) -> None:
    group, clock = uuid4(), mails.notifications.clock
    await mails.notifications.hear(billing_contact(group, AP))
    senders = [await mails.invoice(group, f"LC-{number}") for number in range(4)]

    await mails.comes_back(dsn(senders[0], status="5.2.2"))
    clock.ahead += timedelta(days=31)
    await forget_soft_bounces(mails.notifications.job)
    for _ in range(2):
        await mails.comes_back(dsn(senders[1], status="4.4.7"))
    await mails.comes_back(dsn(senders[2], status="5.2.2"))
    after_two = await mails.suppressed()
    await mails.comes_back(dsn(senders[3], status="5.2.2"))

    assert after_two == [], "the first does not count any more, and one message counts once"
    [shown] = await mails.suppressed()
    assert (shown["reason"], shown["status"]) == ("often_refused", "5.2.2")
    assert await mails.notifications.deliveries() == ["failed"] * 4
    assert await mails.notifications.problems() == []


async def test_who_has_a_new_address_is_not_suppressed_nor_by_what_comes_back_late(mails: Mails) -> None:
    group = uuid4()
    await mails.notifications.hear(billing_contact(group, AP))
    first, second = await mails.invoice(group), await mails.invoice(group, "LC-2")
    await mails.comes_back(dsn(first))

    await mails.notifications.hear(billing_contact(group, "new@northwind.example", 2))
    await mails.comes_back(dsn(second))
    await mails.invoice(group, "LC-3")

    assert await mails.suppressed() == []
    assert await mails.notifications.deliveries() == ["failed", "failed", "sent"]
    [released] = await mails.events("address_released")
    assert (released["by"], released["recipient_id"]) == ("new_address", str(group))
    assert await mails.notifications.problems() == []


async def test_nothing_is_left_of_a_contact_that_is_removed(mails: Mails) -> None:
    added = contact(OPS)
    about = {"workspace_id": PARTNER, "contact_id": added.contact_id, "kind": "admin"}
    await mails.notifications.hear(added, provisioned())
    await mails.notifications.send()
    await mails.comes_back(dsn(mails.notifications.server.senders[-1]))
    same = ContactChanged(**about, address=OPS.upper(), display_name="Ops", wants_service_mail=True, subject_version=2)
    await mails.notifications.hear(same)
    kept = await mails.suppressed()

    await mails.notifications.hear(ContactRemoved(**about, subject_version=3))

    assert [each["address"] for each in kept] == [OPS], "the same address in other letters"
    assert await mails.suppressed() == []
    assert OPS not in await mails.notifications.everything_stored()
    assert await mails.notifications.problems() == []


@pytest.mark.rule("D24")
async def test_an_invitation_and_a_sign_in_are_sent_to_whom_mails_came_back_from(mails: Mails) -> None:
    tom, jonas = "tom@meridian.example", "jonas@northwind.example"
    await mails.notifications.hear(person(), signed_in())
    await mails.notifications.send()
    await mails.comes_back(dsn(mails.notifications.server.senders[-1]))
    invitation = await mails.notifications.command_secret("invitation", inviter="Ana", address=tom)
    await mails.notifications.command_secret("sign_in", code="402913", address=tom)
    await mails.notifications.send()

    sent = [mail["To"].addresses[0].addr_spec for mail in mails.notifications.server.mails]
    by_subject = {mail["Subject"]: sender for mail, sender in
                  zip(mails.notifications.server.mails, mails.notifications.server.senders, strict=True)}  # fmt: skip
    await mails.comes_back(dsn(by_subject["Welcome to the Customer Portal"]))

    assert sent == [tom] * 3
    failed = (await mails.events("message_failed"))[-1]
    assert (failed["topic"], failed["invitation_mail_id"]) == ("invitation", str(invitation))
    assert jonas not in str(await mails.events("address_suppressed"))
    assert len(await mails.suppressed()) == 1
    assert await mails.notifications.problems() == []


async def test_only_the_address_that_a_report_came_to_says_which_mail_it_is(mails: Mails) -> None:
    group = uuid4()
    await mails.notifications.hear(billing_contact(group, AP))
    sender = await mails.invoice(group)
    theirs = "someone@mail.larkspur.example"

    await mails.comes_back(dsn(theirs).replace(b"somebody@else.example", sender.encode()), "not_ours")
    await mails.comes_back(dsn(theirs, more=f"Subject: {sender}\n"), "not_ours")
    await mails.comes_back(dsn(ReturnDesk.ADDRESS), "not_ours")
    await mails.comes_back(dsn(sender, action="delayed", status="4.4.1"), "not_final")
    await mails.comes_back(dsn(sender, action="delivered", status="2.0.0"), "not_final")
    await mails.comes_back(
        f"From: a@b.example\nTo: {sender}\nSubject: I am away\n\nUntil Monday.".encode(), "not_a_report"
    )
    assert await mails.notifications.deliveries() == ["sent"]

    await mails.comes_back(dsn("undisclosed@mx.example", more=f"X-Original-To: {sender.upper()}\n"))

    assert await mails.notifications.deliveries() == ["failed"]


async def test_a_mail_that_comes_back_while_it_is_being_sent_has_failed_all_the_same(mails: Mails) -> None:
    group = uuid4()
    await mails.notifications.hear(billing_contact(group, AP))

    async def come_back() -> None:
        await mails.comes_back(dsn(mails.notifications.server.senders[-1]))

    mails.notifications.server.when_taken = come_back
    await mails.invoice(group)
    before = await mails.notifications.deliveries()
    await mails.work()

    assert before == ["sent"]
    assert await mails.notifications.deliveries() == ["failed"]
    assert len(await mails.suppressed()) == 1
    assert await mails.notifications.problems() == []


async def test_a_policy_that_refuses_a_mail_says_nothing_of_the_mailbox(mails: Mails) -> None:
    group = uuid4()
    await mails.notifications.hear(billing_contact(group, AP))

    await mails.comes_back(dsn(await mails.invoice(group), status="5.7.26"))

    assert await mails.notifications.deliveries() == ["failed"]
    assert await mails.suppressed() == []


async def test_only_the_mail_server_may_say_what_came_back(mails: Mails, desk: Desk) -> None:
    for token in (None, "", "token-of-somebody-else"):
        assert (await mails.returns.post(dsn("x@y.example"), token)).status_code == 401
    desk.api.runtime.settings.bounce_token = None
    assert (await ReturnDesk(desk.api).post(dsn("x@y.example"))).status_code == 401, "no token is set there"
    assert (await mails.returns.post(b"x" * (LARGEST + 1))).status_code == 413
    assert await mails.returns.told(b"") == "not_ours"


HEADERS = st.sampled_from(["Content-Type", "To", "Delivered-To", "Status", "Action", "X", ""])
VALUES = st.text(max_size=40) | st.sampled_from(
    ["multipart/report; boundary=b", "message/delivery-status", "message/rfc822", "failed", "5.1.1", "=?utf-8?b?x?="]
)
LINES = st.lists(st.tuples(HEADERS, VALUES).map(": ".join) | st.sampled_from(["", "--b", "--b--"]), max_size=40)


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(mail=st.binary(max_size=300) | LINES.map(lambda lines: "\n".join(lines).encode(errors="surrogateescape")))
async def test_whatever_comes_is_answered_and_changes_nothing(mails: Mails, mail: bytes) -> None:
    assert await mails.returns.told(mail) in ("not_ours", "not_a_report", "not_final")
