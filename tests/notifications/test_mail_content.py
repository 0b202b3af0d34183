"""The content of mails, and the escaping of user input in them."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.notifications.deliveries.sending import build_mail
from services.notifications.mails.content import MailContent, MailContext, News
from services.notifications.mails.contents import CONTENTS, SECRET_CONTENTS
from services.notifications.mails.rendering import Letterhead, Mail, render
from services.notifications.topic_rows import TopicPolicy
from services.notifications.topics import Topic
from shared.copies import WorkspaceCopy
from tests.notifications.harness import NotificationsHarness, contact, provisioned
from tests.notifications.mail_server import html_of, text_of

HOSTILE = "<script>alert(1)</script>\"'&\r\nBcc: everybody@evil.example"
WORKSPACE = WorkspaceCopy(
    uuid4(),
    uuid4(),
    "partner",
    "northwind",
    HOSTILE,
    "1",
    True,
    "en-US",
    "help@larkspur.example",
    HOSTILE,
    HOSTILE,
    "https://help.larkspur.example",
    (HOSTILE,),
)
CONTEXT = MailContext("https://portal.larkspur.example", WORKSPACE, WORKSPACE, WORKSPACE, HOSTILE, attached=True,
                      news=News(HOSTILE, None))  # fmt: skip
LINE = {"description": HOSTILE, "kind": "recurring", "quantity": 2, "net_minor": 5, "period_from": "2026-11-22",
        "period_to": "2026-12-21"}  # fmt: skip
FACTS = {"service_id": "1", "licence_id": "6", "quote_id": "10", "valid_until": "2026-12-31",
         "order_id": "2", "invoice_id": "3", "product_name": HOSTILE, "quantity": 2, "via": "self",
         "billing_delay_days": 0, "step": 3, "reason": HOSTILE, "number": HOSTILE, "total_minor": 5, "currency": "EUR",
         "issued_on": "2026-11-22", "due_on": "2026-12-06", "browser": HOSTILE, "browser_name": HOSTILE,
         "operating_system": HOSTILE, "ip": HOSTILE,
         "display_name": HOSTILE + "!", "lines": [LINE], "line_count": 3, "net_minor": 4, "tax_minor": 1,
         "invoice_number": HOSTILE, "amount_minor": 5, "outstanding_minor": 5, "method": "card", "days_overdue": 8,
         "reminder": 1, "reminders": 3, "occurred_at": "2026-11-22T10:00:00+00:00", "expires_on": "2026-12-31",
         "label": HOSTILE, "kind": "card", "brand": HOSTILE, "last_four": "4242", "is_default": True,
         "bill_group_id": "4", "verified": True, "ends": "period_end", "from_company": HOSTILE, "to_company": HOSTILE,
         "company": HOSTILE, "customer_name": HOSTILE, "account_number": HOSTILE,
         "move_id": "7", "customer_id": "8", "expires_at": "2026-12-06T10:00:00+00:00",
         "grant": {"role": "regular"}, "last_day": "2026-12-31", "on": True,
         "verb": "create", "task_id": "5", "wanted_on": "2026-12-04", "planned_on": "2026-12-07", "note": HOSTILE,
         "suspended_by": HOSTILE, "slot": "primary", "former_user_id": "9", "by_provider": True,
         "undo_until": "2026-12-06T10:00:00+00:00", "role": "additional", "reinstated_by": HOSTILE,
         "term_ends_on": "2026-12-31", "at_term_end": "renew", "days_left": 30, "ended_on": "2026-12-31",
         "due_at": "2026-12-06T10:00:00+00:00", "closes_at": "2026-12-30T10:00:00+00:00",
         "title": HOSTILE, "campaign_id": "11", "texts": {"en": {"title": HOSTILE, "opening": HOSTILE}}}  # fmt: skip
SECRET = {"link": "https://portal.larkspur.example/x", "code": "402913", "workspace_name": HOSTILE, "inviter": HOSTILE,
          "inviter_company": HOSTILE + "!", "role": "admin"}  # fmt: skip
LETTERHEAD = Letterhead(HOSTILE, "help@larkspur.example", HOSTILE, (HOSTILE,))


def content_of(topic: Topic) -> MailContent:
    write = SECRET_CONTENTS.get(topic)
    return write(SECRET) if write else CONTENTS[topic](FACTS, CONTEXT)


def mail_of(topic: Topic) -> Mail:
    return render(content_of(topic), "ops@meridian.example", HOSTILE, LETTERHEAD)


def test_every_topic_has_content() -> None:
    assert CONTENTS.keys() | SECRET_CONTENTS.keys() == set(Topic)


@pytest.mark.parametrize("topic", Topic)
def test_user_input_is_escaped(topic: Topic) -> None:
    mail = mail_of(topic)

    assert "<script" not in mail.html
    assert "\n" not in mail.subject + mail.recipient_name + mail.sender_name
    assert len(re.findall("<a ", mail.html)) == 1, "one button"
    assert "You get this because" in mail.text


@pytest.mark.parametrize("topic", Topic)
def test_text_and_html_have_the_same_content(topic: Topic) -> None:
    mail, content = mail_of(topic), content_of(topic)

    assert content.button.url in mail.text
    assert content.button.url in mail.html
    assert all(label in mail.text and label in mail.html for label, _ in content.rows)


async def test_a_name_cannot_inject_a_header(notifications: NotificationsHarness) -> None:
    mail = mail_of(Topic.service_provisioned)

    made = build_mail(mail, uuid4(), notifications.settings, datetime.now(UTC))

    assert made["Bcc"] is None
    assert [address.addr_spec for address in made["To"].addresses] == ["ops@meridian.example"]
    with pytest.raises(ValueError, match="line"):
        made["X-Test"] = "a\r\nb"


async def test_links_come_from_the_configured_address_alone(notifications: NotificationsHarness) -> None:
    await notifications.hear(contact(), provisioned())

    await notifications.send()

    [mail] = notifications.server.mails
    links = re.findall(r"https?://[^\s\"<>]+", text_of(mail) + html_of(mail))
    assert links
    below = tuple(f"https://portal.larkspur.example/{path}" for path in ("w/northwind/", "unsubscribe?t="))
    assert all(link.startswith(below) for link in links)
    assert str(mail["From"]) == "Larkspur Cloud <no-reply@portal.larkspur.example>"


@pytest.mark.rule("D24")
def test_transactional_mail_cannot_be_switched_off_and_other_mail_follows_its_topic() -> None:
    forced = [topic for topic in Topic if topic.row.policy is TopicPolicy.forced]
    on, off = Topic.order_confirmed.row, Topic.service_provisioned.row

    assert {Topic.sign_in, Topic.invitation, Topic.invoice_issued, Topic.provisioning_failed} <= set(forced)
    assert {Topic.service_changed, Topic.subscription_expiring, Topic.subscription_ended} <= set(forced)  # I12
    assert {topic.row.is_wanted(switched) for topic in forced for switched in (True, False, None)} == {True}
    assert [on.is_wanted(switched) for switched in (None, True, False)] == [True, True, False]
    assert [off.is_wanted(switched) for switched in (None, True, False)] == [False, True, False]
