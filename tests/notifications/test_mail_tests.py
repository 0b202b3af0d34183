"""A test mail to whoever sets up mail: what became of it is read from its delivery."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.mailcatcher.smtp import CAUGHT
from services.notifications.deliveries import sending
from services.notifications.suppressions.statuses import read_status
from shared.events.notifications import MailTestAsked
from tests.harness.services import Caller
from tests.notifications.desk import Desk
from tests.notifications.harness import PROVIDER, person

PATH = "/api/notifications/mail-tests"
LARS = "lars@larkspur.example"


async def ask(by: Caller, key: str = "") -> httpx.Response:
    return await by.http.post(PATH, headers={"Idempotency-Key": key or str(uuid4())})


async def setup(by: Caller) -> dict[str, Any]:
    answer = await by.http.get(PATH)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def state(desk: Desk) -> tuple[str, str | None, int | None]:
    test = (await setup(desk.lars))["test"]
    return test["state"], test["why"], test["answer"]


async def work(desk: Desk) -> None:
    """What a worker does with what was asked; an event may come twice."""
    for asked in await desk.notifications.database.events("notifications.mail_test_asked"):
        for _ in range(2):
            await desk.notifications.hear(MailTestAsked.model_validate(asked))


async def lars_is_known(desk: Desk) -> None:
    await desk.notifications.hear(person(desk.lars.user_id, LARS))


async def test_test_mail_goes_to_who_asked_and_says_that_the_mail_server_took_it(desk: Desk) -> None:
    await lars_is_known(desk)
    before = await setup(desk.lars)
    answers = [await ask(desk.lars, "a-key-of-a-form") for _ in range(2)]
    asked = await state(desk)
    await work(desk)
    waiting = await state(desk)
    await desk.notifications.send()

    assert before["test"] is None
    assert [answer.status_code for answer in answers] == [202, 202]
    assert (asked, waiting) == (("asked", None, None), ("waiting", None, None))
    assert await state(desk) == ("sent", None, None)
    assert (await setup(desk.lars))["test"]["tried_at"] is not None
    [mail] = desk.notifications.server.to(LARS)
    assert mail["Subject"] == "Test mail from your portal"
    [event] = await desk.notifications.database.events("notifications.mail_test_asked")
    assert (event["workspace_id"], event["user_id"]) == (str(PROVIDER), str(desk.lars.user_id))
    assert await desk.notifications.problems() == []


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        ("550 5.7.1 Not you", ("failed", "refused", 550)),
        ("451 4.7.1 Later", ("deferred", "refused", 451)),
    ],
)
async def test_refusal_is_told_with_the_answer_of_the_mail_server(
    desk: Desk, refusal: str, said: tuple[str, str, int]
) -> None:
    await lars_is_known(desk)
    desk.notifications.server.at_recipient[LARS] = refusal
    await ask(desk.lars)
    await work(desk)
    await desk.notifications.send()

    assert await state(desk) == said
    assert read_status("") is None  # what the server said in words is not kept


async def test_mail_server_that_is_away_is_told_until_it_takes_the_mail(desk: Desk) -> None:
    await lars_is_known(desk)
    await desk.notifications.server.stop()
    await ask(desk.lars)
    await work(desk)
    await desk.notifications.send()
    away = await state(desk)
    await desk.notifications.server.start()
    await desk.notifications.send(timedelta(minutes=1))

    assert away == ("deferred", "not_reached", None)
    assert await state(desk) == ("sent", None, None)


async def test_our_own_mail_catcher_is_no_mail_server(desk: Desk) -> None:
    await lars_is_known(desk)
    desk.notifications.server.at_data[LARS] = f"250 2.0.0 Kept {CAUGHT}, which hands nothing on"
    await ask(desk.lars)
    await work(desk)
    await desk.notifications.send()

    assert CAUGHT == sending.CAUGHT
    assert await state(desk) == ("caught", None, None)


async def test_next_test_takes_the_place_of_the_last_after_ten_seconds(desk: Desk) -> None:
    await lars_is_known(desk)
    first, too_soon = await ask(desk.lars), await ask(desk.lars)
    await work(desk)
    await desk.notifications.send()
    await desk.notifications.change("UPDATE mail_tests SET asked_at = asked_at - interval '11 seconds'")
    again = await ask(desk.lars)

    assert [each.status_code for each in (first, too_soon, again)] == [202, 429, 202]
    assert too_soon.headers["retry-after"] == "10"
    assert await state(desk) == ("asked", None, None)
    await work(desk)
    await desk.notifications.send()
    assert await state(desk) == ("sent", None, None)
    assert len(desk.notifications.server.to(LARS)) == 2


async def test_setup_says_how_mails_are_sent_and_no_password(desk: Desk) -> None:
    found = await setup(desk.lars)

    assert found == {
        "server": "127.0.0.1:1",
        "sender": "no-reply@portal.larkspur.example",
        "signing_domain": None,
        "signing_record": None,
        "bounce_domain": "portal.larkspur.example",
        "takes_bounces": False,
        "test": None,
    }
