"""What was mailed to a person, and having it mailed again (D23)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.notifications.jobs import forget_own_mails
from services.notifications.own_mails.service import MOST_A_DAY
from shared.events.notifications import MessageAskedAgain
from shared.events.provisioning import OrderRefused
from tests.notifications.desk import GONE, Desk
from tests.notifications.harness import PROVIDER
from tests.notifications.reader import Reader, reader
from tests.notifications.test_notices import requested
from tests.notifications.test_order_mail import BY_JONAS, ORDER

PATH = "/api/notifications/own-mails"
JONAS = "jonas@northwind.example"


async def mails(who: Reader, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await who.caller.http.get(PATH, params=query)).json()["items"]
    return items


async def again(who: Reader, mail_id: str, key: str = "") -> httpx.Response:
    headers = {"Idempotency-Key": key or str(uuid4())}
    return await who.caller.http.post(f"{PATH}/{mail_id}/again", headers=headers)


async def work(desk: Desk) -> None:
    """What a worker does with what was asked for; an event may come twice."""
    for asked in await desk.notifications.database.events("notifications.message_asked_again"):
        for _ in range(2):
            await desk.notifications.hear(MessageAskedAgain.model_validate(asked))


async def test_a_person_sees_what_became_of_their_mails(desk: Desk) -> None:
    jonas = await reader(desk)
    refused = OrderRefused(**ORDER | {"asked_by": jonas.id}, actor=BY_JONAS, reason="No.")
    refused = refused.model_copy(update={"actor": refused.actor.model_copy(update={"user_id": uuid4()})})
    await desk.notifications.hear(requested())
    waiting = await mails(jonas)
    await desk.notifications.send()
    await jonas.switch("order_requested")
    await desk.notifications.hear(requested())
    await desk.notifications.send()
    desk.notifications.server.at_recipient[JONAS] = GONE
    await desk.notifications.hear(refused)
    await desk.notifications.send()

    found = await mails(jonas, locale="de-DE")

    assert [(each["state"], each["may_be_sent_again"]) for each in waiting] == [("waiting", False)]
    assert [(each["state"], each["why"], each["may_be_sent_again"]) for each in found] == [
        ("failed", "refused", True), ("suppressed", "switched_off", False), ("sent", None, True),
    ]  # fmt: skip
    assert (found[2]["title"], found[2]["about"]) == ("Eine Bestellung wartet auf Freigabe", "Lyon 2")
    assert await desk.notifications.problems() == []


@pytest.mark.rule("D23")
async def test_a_mail_that_is_asked_for_again_is_a_new_one_and_no_new_notice(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(requested())
    await desk.notifications.send()
    [first] = await mails(jonas)

    answers = [await again(jonas, first["id"], key="a-key-of-a-form") for _ in range(2)]
    await work(desk)
    await desk.notifications.send()

    assert [answer.status_code for answer in answers] == [202, 202]
    assert len(desk.notifications.server.mails) == 2
    assert len({mail["Message-ID"] for mail in desk.notifications.server.mails}) == 2
    assert [each["state"] for each in await mails(jonas)] == ["sent", "sent"]
    assert await jonas.unread() == 1
    assert await desk.notifications.problems() == []


async def test_the_same_mail_is_not_sent_again_within_the_hour_nor_many_a_day(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(*(requested() for _ in range(MOST_A_DAY + 1)))
    await desk.notifications.send()
    found = await mails(jonas)

    statuses = [(await again(jonas, each["id"])).status_code for each in found]
    repeated = await again(jonas, found[0]["id"])

    assert statuses == [202] * MOST_A_DAY + [429]
    assert repeated.json()["type"] == "/problems/not-to-be-sent-again"


async def test_nobody_asks_for_the_mail_of_somebody_else(desk: Desk) -> None:
    jonas, rita = await reader(desk), await reader(desk, "read_only", "rita@northwind.example")
    await desk.notifications.hear(requested())
    await desk.notifications.send()
    [mail] = await mails(jonas)

    assert await mails(rita) == []
    assert (await again(rita, mail["id"])).status_code == (await again(rita, str(uuid4()))).status_code == 404


async def test_who_lost_access_sees_the_mail_but_does_not_get_it_again(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(requested())
    await desk.notifications.send()
    await desk.notifications.change(
        f"UPDATE access_grants SET workspace_id = '{PROVIDER}' WHERE user_id = '{jonas.id}'"
    )
    claims = jonas.caller.claims | {"ws": str(PROVIDER), "wk": "provider"}
    jonas.caller.http.headers["authorization"] = f"Bearer {desk.api.identity.token(**claims)}"

    [mail] = await mails(jonas)

    assert mail["may_be_sent_again"] is False
    assert (await again(jonas, mail["id"])).status_code == 404


async def test_the_list_has_no_secret_and_is_forgotten_after_90_days(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.command_secret("invitation")
    await desk.notifications.hear(requested())
    await desk.notifications.send()
    before = [each["topic"] for each in await mails(jonas)]

    desk.notifications.clock.ahead = timedelta(days=91)
    await forget_own_mails(desk.notifications.job)

    assert (before, await mails(jonas)) == (["order_requested"], [])
