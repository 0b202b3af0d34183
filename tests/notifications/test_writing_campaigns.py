"""What staff do with campaigns before and while they are sent, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.notifications.campaigning import ALL, TEXTS, Readers, newsroom, written
from tests.notifications.desk import Desk
from tests.notifications.harness import CUSTOMER, person

COUNTS = ("recipients", "sent", "failed", "opted_out", "left_out")


async def test_staff_try_it_out_on_themselves_whatever_they_chose(desk: Desk) -> None:
    news = newsroom(desk)
    await desk.notifications.hear(person(desk.lars.user_id, "lars@larkspur.example", "Lars"))
    await desk.api.caller("admin", workspace_id=CUSTOMER, kind="customer")
    id_ = await news.draft()

    await news.ask("POST", f"/{id_}/test", expected=202)
    await news.ask("POST", f"/{id_}/test", expected=429)
    await news.try_out()

    [mail] = desk.notifications.server.mails
    assert (mail["To"].addresses[0].addr_spec, mail["Subject"]) == (
        "lars@larkspur.example", "Harbour Gateway 3.0 is out",
    )  # fmt: skip
    assert [(await news.read(id_))[name] for name in COUNTS] == [0] * 5


async def test_it_waits_for_its_time_and_can_be_taken_back_until_then(desk: Desk) -> None:
    news, people = newsroom(desk), Readers(desk)
    await people.join()
    id_ = await news.draft()
    later = (datetime.now(UTC) + timedelta(hours=3)).isoformat()

    await news.schedule(id_, later)
    await news.send()
    assert (await news.read(id_))["state"] == "scheduled"
    await news.ask("POST", f"/{id_}/take-back")
    assert (await news.read(id_))["state"] == "draft"
    await news.schedule(id_, later)
    desk.notifications.clock.ahead += timedelta(hours=4)
    await news.send()

    assert (await news.read(id_))["state"] == "sent"
    assert len(desk.notifications.server.mails) == 1
    await news.ask("POST", f"/{id_}/take-back", expected=409)
    await news.ask("POST", f"/{id_}/stop", expected=409)
    await news.ask("DELETE", f"/{id_}", expected=409)
    names = [str(each["name"]) for each in await desk.notifications.database.events()]
    told = [name.removeprefix("notifications.campaign_") for name in names if ".campaign_" in name]
    assert told == ["scheduled", "taken_back", "scheduled", "started", "sent"]


async def test_what_cannot_be_sent_is_refused(desk: Desk) -> None:
    news = newsroom(desk)
    id_ = await news.draft()
    past = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()

    await news.schedule(id_, expected=409)  # nobody belongs to it
    await Readers(desk).join()
    await news.schedule(id_, past, expected=422)
    stale = written() | {"version": 1}
    await news.ask("PUT", f"/{id_}", stale)
    refused = await news.ask("PUT", f"/{id_}", stale, expected=409)

    assert refused["type"] == "/problems/campaign-changed-since"


@pytest.mark.parametrize(
    "body",
    [
        {"topic": "invoice_issued"},
        {"texts": {"de": TEXTS["de"]}},
        {"texts": {"en": TEXTS["en"] | {"body": "[x](http://a.example)"}}},
        {"texts": {"en": TEXTS["en"] | {"body": "[x](javascript:alert(1))"}}},
        {"texts": {"en": TEXTS["en"] | {"body": "x" * 5_001}}},
        {"button_url": "http://a.example"},
        {"segment": ALL | {"sellers": "partner"}},
        {"segment": ALL | {"roles": ["owner"]}},
        {"segment": {"kinds": ["provider"], "sellers": "all"}},
    ],
)
async def test_what_must_not_be_in_a_campaign_is_refused(desk: Desk, body: dict[str, object]) -> None:
    await newsroom(desk).ask("POST", "", written(**body), expected=422)


async def test_the_preview_is_the_mail_as_it_is_sent(desk: Desk) -> None:
    news = newsroom(desk)

    said = await news.ask("POST", "/preview", {"texts": TEXTS, "topic": "news_release", "locale": "de-DE"})

    assert said["subject"] == "Harbour Gateway 3.0 ist da"
    assert "<strong>IPv6</strong>" in said["html"]
