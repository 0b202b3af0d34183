"""Secret mails: encrypted until they are sent, then deleted."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.notifications.harness import CUSTOMER, NotificationsHarness
from tests.notifications.mail_server import html_of, text_of

LINK = "https://portal.larkspur.example/sign-in/verify?c=1&t=canary-of-the-link"


@pytest.mark.rule("D19")
async def test_the_sign_in_mail_has_link_and_code(notifications: NotificationsHarness) -> None:
    await notifications.command_secret("sign_in", code="402913", link=LINK)

    await notifications.send()

    [mail] = notifications.server.mails
    assert mail["Subject"] == "Your sign-in link and code"
    assert str(mail["To"]) == "Jonas Keller <jonas@northwind.example>"
    assert "402913" in text_of(mail)
    assert LINK in text_of(mail)
    assert "402913" in html_of(mail)
    assert f'href="{LINK.replace("&", "&amp;")}"' in html_of(mail)


@pytest.mark.rule("L9")
async def test_the_invitation_welcomes_with_a_link(notifications: NotificationsHarness) -> None:
    await notifications.command_secret("invitation", inviter="Ana Oliveira")

    await notifications.send()

    [mail] = notifications.server.mails
    assert mail["Subject"] == "Welcome to the Customer Portal"
    assert "Ana Oliveira invites you to Northwind Logistics." in text_of(mail)
    assert "https://portal.larkspur.example/invite?t=canary-of-the-link" in text_of(mail)


@pytest.mark.parametrize(
    ("tag", "company", "role", "said"),
    [
        (
            "en-GB",
            "Meridian Partners",
            "regular",
            "Ana Oliveira of Meridian Partners invites you to Northwind Logistics.",
        ),
        (
            "de-DE",
            "Meridian Partners",
            "regular",
            "Ana Oliveira von Meridian Partners lädt Sie zu Northwind Logistics ein.",
        ),
        ("en-GB", "Northwind Logistics", None, "Ana Oliveira invites you to Northwind Logistics."),
        ("en-GB", None, None, "Ana Oliveira invites you to Northwind Logistics."),
        ("en-GB", None, "unheard_of", "Ana Oliveira invites you to Northwind Logistics."),
    ],
)
async def test_the_invitation_names_the_inviters_company_and_the_role(
    notifications: NotificationsHarness, tag: str, company: str | None, role: str | None, said: str
) -> None:
    reader: dict[str, str | None] = {"locale": tag, "time_zone": None}
    await notifications.command_secret(
        "invitation", inviter="Ana Oliveira", inviter_company=company, role=role, reader=reader
    )

    await notifications.send()

    text = " ".join(text_of(notifications.server.mails[0]).split())
    assert said in text
    assert ("Your role: Regular" in text or "Ihre Rolle: Standard" in text) is (role == "regular")
    assert "unheard_of" not in text


@pytest.mark.parametrize(
    ("tag", "zone", "said"),
    [
        ("en-GB", "Europe/Vienna", "It expires on 4 Dec 2026, 10:00:00 CET."),
        ("de-DE", None, "Sie läuft am 04.12.2026, 09:00:00 UTC ab."),
    ],
)
async def test_the_reminder_of_an_invitation_says_until_when_it_is_open(
    notifications: NotificationsHarness, tag: str, zone: str | None, said: str
) -> None:
    """Beside the first mail, which has another id."""
    reader: dict[str, str | None] = {"locale": tag, "time_zone": zone}
    told = {"inviter": "Ana Oliveira", "role": "admin", "expires_at": "2026-12-04T09:00:00+00:00"}
    await notifications.command_secret("invitation", reader=reader, **told)
    await notifications.send()
    await notifications.command_secret("invitation", reader=reader, reminder=True, **told)
    await notifications.send()

    first, reminder = notifications.server.mails
    assert str(first["Subject"]) != str(reminder["Subject"])
    assert said in " ".join(text_of(reminder).split())
    assert said not in " ".join(text_of(first).split())
    assert "https://portal.larkspur.example/invite?t=canary-of-the-link" in text_of(reminder)


async def test_a_mail_that_came_back_is_named_where_it_is_an_invitation(notifications: NotificationsHarness) -> None:
    notifications.server.at_recipient["jonas@northwind.example"] = "550 5.1.1 No such mailbox"
    invitation = await notifications.command_secret("invitation", inviter="Ana Oliveira")
    await notifications.command_secret("sign_in", code="402913", link=LINK)

    await notifications.send()

    failed = await notifications.database.events("notifications.message_failed")
    assert {each["topic"]: each["invitation_mail_id"] for each in failed} == {
        "invitation": str(invitation), "sign_in": None,
    }  # fmt: skip


@pytest.mark.rule("D30")
async def test_a_secret_is_only_in_the_mail(
    notifications: NotificationsHarness, log_lines: list[Any], capfd: pytest.CaptureFixture[str]
) -> None:
    await notifications.server.stop()
    await notifications.command_secret("sign_in", code="402913", link=LINK)
    await notifications.send()
    before = await notifications.everything_stored()
    await notifications.server.start()

    await notifications.send(after=timedelta(seconds=6))

    stored = before + await notifications.everything_stored()
    logged = str(log_lines) + "".join(capfd.readouterr())
    assert len(notifications.server.mails) == 1
    assert str(CUSTOMER) in stored
    assert {line.get("outcome") for line in log_lines} >= {"NotNow", "Sent"}
    for secret in ("402913", "canary-of-the-link", "jonas@northwind.example", "Jonas Keller"):
        assert secret not in stored
        assert secret not in logged
    assert await notifications.deliveries("state, sealed") == [("sent", None)]
    assert await notifications.problems() == []


@pytest.mark.rule("D30")
async def test_an_expired_secret_is_deleted_and_not_sent(notifications: NotificationsHarness) -> None:
    await notifications.command_secret("sign_in", code="402913", age=timedelta(minutes=11))

    await notifications.send()

    assert notifications.server.mails == []
    assert await notifications.deliveries("state, sealed") == [("failed", None)]
    [failed] = await notifications.database.events("notifications.message_failed")
    assert failed["topic"] == "sign_in"


@pytest.mark.rule("D23")
async def test_a_new_request_is_a_new_mail_and_a_redelivered_command_is_not(
    notifications: NotificationsHarness,
) -> None:
    first = await notifications.command_secret("sign_in", code="111111")
    await notifications.command_secret("sign_in", code="222222")

    await notifications.command_secret("sign_in", code="111111", repeat=first)
    await notifications.send()

    assert len(notifications.server.mails) == 2


async def test_an_invalid_command_is_rejected_without_repeating_its_content(
    notifications: NotificationsHarness, log_lines: list[Any]
) -> None:
    body = {"kind": "sign_in", "sealed": "canary", "message_id": "canary", "workspace_id": str(uuid4())}

    await notifications.command("notifications.on.secret_mail", body)

    [refused] = [line for line in log_lines if line["event"] == "event.put_aside"]
    assert "message_id" in refused["reason"]
    assert "canary" not in str(log_lines)
    assert await notifications.deliveries() == []
