"""The link that switches off a topic without signing in (RFC 8058, D24)."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from services.notifications.topics import Recipient, RecipientKind, Topic
from services.notifications.unsubscriptions.links import LinkNotValid, Subscription, link_of, open_link
from services.notifications.unsubscriptions.service import MOST_A_DAY
from tests.notifications.desk import Desk
from tests.notifications.harness import CUSTOMER, PARTNER, contact, provisioned
from tests.notifications.mail_server import html_of, text_of
from tests.notifications.reader import reader
from tests.notifications.test_notices import requested

PATH = "/api/notifications/unsubscriptions"
URL = "https://portal.larkspur.example"


async def link_in_mail(desk: Desk) -> str:
    """The token of the link in the newest mail."""
    await desk.notifications.send()
    mail = desk.notifications.server.mails[-1]
    link = str(mail["List-Unsubscribe"]).strip().strip("<>")
    assert link.startswith(f"{URL}/unsubscribe?t=")
    assert link in text_of(mail)
    assert link in html_of(mail)
    return link.removeprefix(f"{URL}/unsubscribe?t=")


async def press(desk: Desk, token: str, *, wanted: bool = False, expected: int = 200) -> dict[str, object]:
    answer = await desk.api.http().post(PATH, json={"token": token, "wanted": wanted})
    assert answer.status_code == expected, answer.text
    said: dict[str, object] = answer.json()
    return said


@pytest.mark.rule("D24")
async def test_a_mail_that_can_be_switched_off_has_a_link_that_does_so_without_signing_in(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(requested())
    token = await link_in_mail(desk)
    [mail] = desk.notifications.server.mails

    said = await press(desk, token)
    await desk.notifications.hear(requested())
    await desk.notifications.send()

    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"{URL}/me/notifications" in text_of(mail)
    assert said == {"topic": "order_requested", "title": "An order waits for approval", "recipient": "user",
                    "wanted": False}  # fmt: skip
    assert len(desk.notifications.server.mails) == 1
    assert (await jonas.preferences())["order_requested"]["mail"] is False
    [change] = await desk.notifications.database.events("notifications.preferences_changed")
    assert (change["by_link"], change["workspace_id"]) == (True, str(CUSTOMER))


async def test_looking_changes_nothing_and_pressing_twice_is_pressing_once(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(requested())
    token = await link_in_mail(desk)

    looked = await desk.api.http().post(f"{PATH}/look", json={"token": token, "locale": "de-DE"})
    before = (await jonas.preferences())["order_requested"]["mail"]
    for _ in range(3):
        await press(desk, token)

    assert looked.json()["title"] == "Eine Bestellung wartet auf Freigabe"
    assert (looked.json()["wanted"], before) == (True, True)
    assert len(await desk.notifications.database.events("notifications.preferences_changed")) == 1


async def test_the_same_link_undoes_it(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(requested())
    token = await link_in_mail(desk)
    await press(desk, token)

    await press(desk, token, wanted=True)

    assert (await jonas.preferences())["order_requested"]["mail"] is True


@pytest.mark.rule("D24")
async def test_mail_that_cannot_be_switched_off_has_no_link(desk: Desk) -> None:
    await desk.notifications.command_secret("invitation")

    await desk.notifications.send()

    [mail] = desk.notifications.server.mails
    assert mail["List-Unsubscribe"] is None
    assert "unsubscribe" not in text_of(mail)


async def test_the_link_of_a_contact_tells_whoever_keeps_its_switches(desk: Desk) -> None:
    added = contact()
    await desk.notifications.hear(added, provisioned())
    token = await link_in_mail(desk)

    said = await press(desk, token)
    await press(desk, token)

    [change] = await desk.notifications.database.events("notifications.contact_preference_changed")
    assert said["recipient"] == "contact"
    assert (change["contact_id"], change["topic"], change["wanted"]) == (
        str(added.contact_id), "service_provisioned", False,
    )  # fmt: skip
    assert change["workspace_id"] == str(PARTNER), "the contact's, not the customer's"


async def test_a_link_switches_often_enough_but_ends_switched_off(desk: Desk) -> None:
    await reader(desk)
    await desk.notifications.hear(requested())
    token = await link_in_mail(desk)

    for _ in range(MOST_A_DAY // 2):
        await press(desk, token)
        await press(desk, token, wanted=True)
    await press(desk, token)
    refused = await desk.api.http().post(PATH, json={"token": token, "wanted": True})

    assert refused.status_code == 429
    assert (await press(desk, token))["wanted"] is False


@pytest.mark.parametrize("how", ["cut", "made up", "of another key"])
async def test_a_link_that_is_not_whole_opens_nothing(desk: Desk, how: str) -> None:
    await reader(desk)
    await desk.notifications.hear(requested())
    token = await link_in_mail(desk)
    other = Fernet(Fernet.generate_key()).encrypt(b"u" + bytes(32) + b"order_requested").decode().rstrip("=")

    wrong = {"cut": token[:-3], "made up": "x" * 100, "of another key": other}[how]

    answer = await desk.api.http().post(PATH, json={"token": wrong})
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/link-not-valid"


SWITCHED = [topic for topic in Topic if topic.row.may_be_switched]


@given(
    kind=st.sampled_from(list(RecipientKind)), topic=st.sampled_from(list(Topic)), ids=st.tuples(st.uuids(), st.uuids())
)
@pytest.mark.rule("D24")
def test_a_link_names_what_it_was_made_for_and_is_made_for_nothing_else(
    kind: RecipientKind, topic: Topic, ids: tuple[object, object]
) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    made_for = Subscription(Recipient(kind, ids[0]), topic, ids[1])  # type: ignore[arg-type]

    link = link_of(made_for, SecretStr(old), URL)

    has_switch = topic in SWITCHED and kind in (RecipientKind.user, RecipientKind.admin_contact)
    assert (link is not None) is has_switch
    if link is not None:
        token = link.removeprefix(f"{URL}/unsubscribe?t=")
        assert open_link(token, SecretStr(f"{new},{old}")) == made_for
        with pytest.raises(LinkNotValid):
            open_link(token, SecretStr(new))


async def test_the_header_arrives_as_one_link(desk: Desk) -> None:
    await reader(desk)
    await desk.notifications.hear(requested())
    await desk.notifications.send(after=timedelta(0))

    raw = desk.notifications.server.mails[0].as_bytes()

    header = str(message_from_bytes(raw, policy=policy.default)["List-Unsubscribe"])
    assert header.count("<") == header.count(">") == 1
    assert " " not in header.strip()
