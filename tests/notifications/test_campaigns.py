"""News of the provider's staff: written, sent to whom they are for, and to nobody who has switched them off."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.notifications.jobs import send_due_mail, send_due_news
from tests.notifications.campaigning import ALL, PATH, Readers, address_of, newsroom, readers_of
from tests.notifications.desk import Desk
from tests.notifications.harness import CUSTOMER, PARTNER, PROVIDER, workspace
from tests.notifications.mail_server import html_of, text_of
from tests.notifications.reader import reader
from tests.notifications.test_unsubscribing import press

COUNTS = ("recipients", "sent", "failed", "opted_out", "left_out")


@pytest.mark.rule("I13", "D23")
async def test_everybody_it_is_for_gets_it_once_in_their_language(desk: Desk) -> None:
    news, people = newsroom(desk), Readers(desk)
    ada, bea = await people.join(locale="en-GB"), await people.join(PARTNER, locale="de-AT")
    await people.join(PARTNER, "regular", user_id=ada)
    outsider = await people.join(PROVIDER)

    id_ = await news.publish()
    await news.send()

    server = desk.notifications.server
    [english], [german] = server.to(address_of(ada)), server.to(address_of(bea))
    assert server.to(address_of(outsider)) == []
    assert (english["Subject"], german["Subject"]) == ("Harbour Gateway 3.0 is out", "Harbour Gateway 3.0 ist da")
    assert "<strong>IPv6</strong>" in html_of(english)
    assert "- Read this (https://a.example/3)." in text_of(english)
    assert "Ansehen" in html_of(german)
    found = await news.read(id_)
    assert found["state"] == "sent"
    assert [found[name] for name in COUNTS] == [2, 2, 0, 0, 0]
    assert await desk.notifications.problems() == []


@pytest.mark.rule("I28", "D24")
async def test_whoever_switched_its_topic_off_gets_no_mail_not_even_of_what_waits(desk: Desk) -> None:
    news, jonas = newsroom(desk), await reader(desk)
    other = await reader(desk, address="eva@northwind.example")
    id_ = await news.draft(segment=ALL | {"roles": ["admin"]})
    await jonas.switch("news_release")
    audience = await news.ask("GET", f"/{id_}/audience")
    await news.schedule(id_)
    await news.prepare()
    await other.switch("news_release")

    await news.send()

    assert audience == {"people": 2, "switched_off": 1}
    assert desk.notifications.server.mails == []
    found = await news.read(id_)
    assert [found[name] for name in COUNTS] == [2, 0, 0, 2, 0]
    assert await jonas.titles() == ["Harbour Gateway 3.0 is out"], "the portal has a switch of its own"


@pytest.mark.rule("D24", "I28")
async def test_the_link_of_the_mail_switches_off_its_topic_alone(desk: Desk) -> None:
    news, jonas = newsroom(desk), await reader(desk)
    await news.publish()
    [mail] = desk.notifications.server.mails
    token = str(mail["List-Unsubscribe"]).strip().strip("<>").partition("?t=")[2]

    said = await press(desk, token)
    await news.publish()
    await news.publish(topic="news_webinar")

    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert said["title"] == "New releases"
    assert len(desk.notifications.server.mails) == 2
    preferences = await jonas.preferences()
    assert (preferences["news_release"]["mail"], preferences["news_webinar"]["mail"]) == (False, True)
    assert preferences["news_release"]["group"] == "news"


@pytest.mark.rule("I13")
async def test_who_leaves_before_their_turn_gets_nothing_and_who_stays_elsewhere_does(desk: Desk) -> None:
    news, people = newsroom(desk), Readers(desk)
    gone, moved = await people.join(), await people.join()
    await people.join(PARTNER, user_id=moved)
    id_ = await news.draft()
    await news.schedule(id_)
    await news.prepare()
    await people.leave(gone)
    await people.leave(moved, min(CUSTOMER, PARTNER))

    await news.send()

    server = desk.notifications.server
    assert (len(server.to(address_of(gone))), len(server.to(address_of(moved)))) == (0, 1)
    assert [(await news.read(id_))[name] for name in COUNTS] == [2, 1, 0, 0, 1]


async def test_a_stopped_campaign_sends_nothing_more(desk: Desk) -> None:
    news, people = newsroom(desk), Readers(desk)
    for _ in range(5):
        await people.join()
    id_ = await news.draft()
    await news.schedule(id_)
    await news.prepare()
    await send_due_news(desk.notifications.job)
    gone = len(desk.notifications.server.mails)

    await news.ask("POST", f"/{id_}/stop")
    await news.send()

    found = await news.read(id_)
    assert 0 < gone < 5
    assert len(desk.notifications.server.mails) == gone
    assert (found["state"], found["sent"], found["left_out"]) == ("stopped", gone, 5 - gone)
    assert await desk.notifications.problems() == []
    [stopped] = await desk.notifications.database.events("notifications.campaign_stopped")
    assert (stopped["sent"], stopped["actor"]["user_id"]) == (gone, str(desk.lars.user_id))  # type: ignore[index]


async def test_a_mail_that_is_refused_is_counted_and_not_listed_among_those_that_somebody_waits_for(
    desk: Desk,
) -> None:
    news, people = newsroom(desk), Readers(desk)
    ada = await people.join()
    desk.notifications.server.at_recipient[address_of(ada)] = "550 5.1.1 No such mailbox"

    id_ = await news.publish()

    found = await news.read(id_)
    assert (found["state"], found["failed"]) == ("sent", 1)
    assert await desk.list() == []


@pytest.mark.rule("I13")
async def test_mail_that_somebody_waits_for_goes_before_thousands_of_news(desk: Desk) -> None:
    news, harness = newsroom(desk), desk.notifications
    await harness.change(
        "INSERT INTO access_grants (grant_id, user_id, workspace_id, role, source)"
        f" SELECT gen_random_uuid(), gen_random_uuid(), '{CUSTOMER}', 'admin', 'membership'"
        " FROM generate_series(1, 3000)"
    )
    await harness.change("ALTER TABLE people NO FORCE ROW LEVEL SECURITY")
    await harness.change(
        "INSERT INTO people (user_id, address, display_name, version)"
        " SELECT user_id, user_id || '@people.example', 'Ada', 1 FROM access_grants WHERE source = 'membership'"
        " ON CONFLICT DO NOTHING"
    )
    await harness.change("ALTER TABLE people FORCE ROW LEVEL SECURITY")
    id_ = await news.draft()
    await news.schedule(id_)
    await news.prepare()
    await harness.command_secret("sign_in", code="402913")

    await send_due_mail(harness.job)

    assert (await news.read(id_))["recipients"] >= 3000
    assert [mail["To"].addresses[0].addr_spec for mail in harness.server.mails] == ["jonas@northwind.example"]
    assert (await news.read(id_))["sent"] == 0, "news are the work of another job, which this one does not wait for"


async def test_news_keep_to_their_pace_whoever_sends_them(desk: Desk) -> None:
    news, people = newsroom(desk), Readers(desk)
    harness = desk.notifications
    for _ in range(12):
        await people.join()
    harness.settings.news_per_minute = 6
    id_ = await news.draft()
    await news.schedule(id_)
    await news.prepare()
    began = harness.job.real_now

    for _ in range(4):
        harness.clock.ahead += timedelta(seconds=10)
        while await send_due_news(harness.job):
            pass

    passed = (harness.job.real_now - began).total_seconds()
    assert 4 <= len(harness.server.mails) <= passed / 10 + 1


@pytest.mark.rule("I13")
@pytest.mark.parametrize(
    ("segment", "meant"),
    [
        (ALL, {"direct", "below", "partner", "reader"}),
        (ALL | {"sellers": "direct"}, {"direct", "partner"}),
        (ALL | {"kinds": ["partner"]}, {"partner"}),
        (readers_of(), {"below", "partner", "reader"}),
        (ALL | {"roles": ["read_only"]}, {"reader"}),
        (ALL | {"language": "de"}, {"below"}),
    ],
    ids=["all", "direct", "partners", "of one partner", "roles", "language"],
)
async def test_a_segment_is_whom_it_names(desk: Desk, segment: dict[str, object], meant: set[str]) -> None:
    news, people, direct = newsroom(desk), Readers(desk), uuid4()
    await desk.notifications.hear(workspace(direct, PROVIDER, "customer", "Tidewater"))
    ids: dict[str, UUID] = {
        "direct": await people.join(direct),
        "below": await people.join(locale="de-DE"),
        "partner": await people.join(PARTNER),
        "reader": await people.join(role="read_only"),
        "staff": await people.join(PROVIDER),
        "linked": await people.join(source="link"),
    }

    id_ = await news.publish(segment=segment)

    audience = await news.ask("GET", f"/{id_}/audience")
    got = {name for name, user_id in ids.items() if desk.notifications.server.to(address_of(user_id))}
    assert got == meant
    assert audience["people"] == len(meant)


@pytest.mark.rule("I13")
async def test_the_news_are_read_in_the_portal_by_whoever_was_told_and_by_nobody_else(desk: Desk) -> None:
    news, jonas = newsroom(desk), await reader(desk)
    id_ = await news.publish(segment=ALL | {"roles": ["admin"]})
    stranger = await reader(desk, role="member", address="eva@northwind.example")
    path = f"/api/notifications/news/{id_}"

    [notice] = await jonas.notices(locale="de-DE")
    read = await jonas.caller.http.get(path, params={"locale": "de-DE"})

    assert (notice["title"], notice["path"]) == ("Harbour Gateway 3.0 ist da", f"/me/news/{id_}")
    said = read.json()
    assert (said["html"], said["button_label"]) == ("<p>Es spricht <strong>IPv6</strong>.</p>\n", "Ansehen")
    assert (await stranger.caller.http.get(path)).status_code == 404
    assert (await stranger.caller.http.get(f"{PATH}/{id_}")).status_code == 403
