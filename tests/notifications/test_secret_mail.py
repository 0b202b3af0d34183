"""Secrets on their way to a mailbox: sealed until they are sent, and gone then."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.notifications.mail_server import html_of, text_of
from tests.notifications.office import CUSTOMER, Office

LINK = "https://portal.larkspur.example/sign-in/verify?c=1&t=canary-of-the-link"


@pytest.mark.rule("D19")
async def test_the_sign_in_mail_has_link_and_code(office: Office) -> None:
    await office.command_secret("sign_in", code="402913", link=LINK)

    await office.send()

    [mail] = office.server.mails
    assert mail["Subject"] == "Your sign-in link and code"
    assert str(mail["To"]) == "Jonas Keller <jonas@northwind.example>"
    assert "402913" in text_of(mail)
    assert LINK in text_of(mail)
    assert "402913" in html_of(mail)
    assert f'href="{LINK.replace("&", "&amp;")}"' in html_of(mail)


@pytest.mark.rule("L9")
async def test_the_invitation_welcomes_with_a_link(office: Office) -> None:
    await office.command_secret("invitation", inviter="Ana Oliveira")

    await office.send()

    [mail] = office.server.mails
    assert mail["Subject"] == "Welcome to the Customer Portal"
    assert "Ana Oliveira invites you to Northwind Logistics." in text_of(mail)
    assert "https://portal.larkspur.example/invite?t=canary-of-the-link" in text_of(mail)


@pytest.mark.rule("D30")
async def test_a_secret_is_nowhere_but_in_the_mail(
    office: Office, log_lines: list[Any], capfd: pytest.CaptureFixture[str]
) -> None:
    await office.server.stop()
    await office.command_secret("sign_in", code="402913", link=LINK)
    await office.send()
    before = await office.everything_stored()
    await office.server.start()

    await office.send(after=timedelta(seconds=6))

    stored = before + await office.everything_stored()
    logged = str(log_lines) + "".join(capfd.readouterr())
    assert len(office.server.mails) == 1
    assert str(CUSTOMER) in stored
    assert {line.get("outcome") for line in log_lines} >= {"NotNow", "Sent"}
    for secret in ("402913", "canary-of-the-link", "jonas@northwind.example", "Jonas Keller"):
        assert secret not in stored
        assert secret not in logged
    assert await office.deliveries("state, sealed") == [("sent", None)]
    assert await office.problems() == []


@pytest.mark.rule("D30")
async def test_a_secret_that_is_no_longer_good_is_wiped_and_not_sent(office: Office) -> None:
    await office.command_secret("sign_in", code="402913", age=timedelta(minutes=11))

    await office.send()

    assert office.server.mails == []
    assert await office.deliveries("state, sealed") == [("failed", None)]
    [failed] = await office.database.events("notifications.message_failed")
    assert failed["topic"] == "sign_in"


@pytest.mark.rule("D23")
async def test_asking_again_is_another_mail_and_a_repeated_command_is_not(office: Office) -> None:
    first = await office.command_secret("sign_in", code="111111")
    await office.command_secret("sign_in", code="222222")

    await office.command_secret("sign_in", code="111111", repeat=first)
    await office.send()

    assert len(office.server.mails) == 2


async def test_what_is_no_command_is_refused_without_repeating_what_is_in_it(
    office: Office, log_lines: list[Any]
) -> None:
    body = {"kind": "sign_in", "sealed": "canary", "message_id": "canary", "workspace_id": str(uuid4())}

    await office.command("notifications.on.secret_mail", body)

    [refused] = [line for line in log_lines if line["event"] == "event.put_aside"]
    assert "message_id" in refused["reason"]
    assert "canary" not in str(log_lines)
    assert await office.deliveries() == []
