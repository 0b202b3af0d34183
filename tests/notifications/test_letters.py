"""How mails look, and what cannot get into them."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.notifications.deliveries.posting import build_mail
from services.notifications.mails.letters import LETTERS, Letter, Place, invitation, sign_in
from services.notifications.mails.rendering import Mail, render
from services.notifications.topics import CHOICES, Choice, Topic, is_wanted
from shared.copies import WorkspaceCopy
from tests.notifications.mail_server import html_of, text_of
from tests.notifications.office import Office, contact, provisioned

HOSTILE = "<script>alert(1)</script>\"'&\r\nBcc: everybody@evil.example"
WORKSPACE = WorkspaceCopy(uuid4(), uuid4(), "customer", "northwind", HOSTILE, "1", True)
PLACE = Place("https://portal.larkspur.example", "en_US", WORKSPACE, WORKSPACE, HOSTILE)
FACTS = {"service_id": "1", "order_id": "2", "invoice_id": "3", "product_name": HOSTILE, "quantity": 2, "via": "self",
         "billing_delay_days": 0, "step": 3, "reason": HOSTILE, "number": HOSTILE, "total_minor": 5, "currency": "EUR",
         "issued_on": "2026-11-22", "due_on": "2026-12-06"}  # fmt: skip
SECRET = {"link": "https://portal.larkspur.example/x", "code": "402913", "workspace_name": HOSTILE, "inviter": HOSTILE}


def letters() -> dict[Topic, Letter]:
    told = {topic: write(FACTS, PLACE) for topic, write in LETTERS.items()}
    return told | {Topic.sign_in: sign_in(SECRET), Topic.invitation: invitation(SECRET)}


def mails() -> dict[Topic, Mail]:
    return {topic: render(letter, "ops@meridian.example", HOSTILE, HOSTILE) for topic, letter in letters().items()}


def test_every_topic_has_its_words() -> None:
    assert set(letters()) == set(Topic)


@pytest.mark.parametrize("topic", Topic)
def test_what_people_typed_stays_text(topic: Topic) -> None:
    mail = mails()[topic]

    assert "<script" not in mail.html
    assert "\n" not in mail.subject + mail.recipient_name + mail.sender_name
    assert len(re.findall("<a ", mail.html)) == 1, "one button"
    assert "You get this because" in mail.text


@pytest.mark.parametrize("topic", Topic)
def test_the_text_says_what_the_html_says(topic: Topic) -> None:
    mail, letter = mails()[topic], letters()[topic]

    assert letter.button.url in mail.text
    assert letter.button.url in mail.html
    assert all(label in mail.text and label in mail.html for label, _ in letter.rows)


async def test_no_name_becomes_a_header(office: Office) -> None:
    mail = mails()[Topic.service_provisioned]

    made = build_mail(mail, uuid4(), office.settings, datetime.now(UTC))

    assert made["Bcc"] is None
    assert [address.addr_spec for address in made["To"].addresses] == ["ops@meridian.example"]
    with pytest.raises(ValueError, match="line"):
        made["X-Test"] = "a\r\nb"


async def test_links_come_from_the_configured_address_alone(office: Office) -> None:
    await office.hear(contact(), provisioned())

    await office.send()

    [mail] = office.server.mails
    links = re.findall(r"https?://[^\s\"<>]+", text_of(mail) + html_of(mail))
    assert links
    assert all(link.startswith("https://portal.larkspur.example/w/northwind/") for link in links)
    assert str(mail["From"]) == "Larkspur Cloud <no-reply@portal.larkspur.example>"


@pytest.mark.rule("D24")
def test_transactional_mail_cannot_be_switched_off_and_other_mail_follows_its_topic(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forced = [topic for topic, choice in CHOICES.items() if choice is Choice.forced]
    monkeypatch.setitem(CHOICES, Topic.invoice_paid, Choice.on_unless)

    assert set(CHOICES) == set(Topic)
    assert {Topic.sign_in, Topic.invitation, Topic.invoice_issued, Topic.provisioning_failed} <= set(forced)
    always = [topic for topic in forced if topic is not Topic.invoice_paid]
    assert {is_wanted(topic, switched) for topic in always for switched in (True, False, None)} == {True}
    assert [is_wanted(Topic.invoice_paid, switched) for switched in (None, True, False)] == [True, True, False]
    assert [is_wanted(Topic.service_provisioned, switched) for switched in (None, True, False)] == [False, True, False]
