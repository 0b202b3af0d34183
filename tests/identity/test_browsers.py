"""The browsers that people are signed in with: which they are, how long they stay, and how they are signed out."""

from datetime import timedelta
from typing import Any

import pytest

from tests.identity.harness import JONAS, TOM, Person, Story

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
    " Mobile/15E148 Safari/604.1"
)


async def sign_in(story: Story, address: str, device: str | None, user_agent: str) -> Person:
    story.identity.http.headers["User-Agent"] = user_agent
    try:
        return await story.identity.sign_in(address, device)
    finally:
        del story.identity.http.headers["User-Agent"]


async def signed_in(story: Story) -> list[dict[str, Any]]:
    return list(await story.identity.events("user_signed_in"))


def named(told: dict[str, Any]) -> tuple[str | None, ...]:
    """The browser as a session or an event tells it."""
    return told["browser"], told["browser_name"], told["operating_system"]


@pytest.mark.rule("D14")
async def test_one_sees_and_ends_one_s_own_browsers_and_nobody_elses(story: Story) -> None:
    phone = await sign_in(story, JONAS, "jonas-s-phone-0000000001", SAFARI)
    listed = await phone.get("sessions")
    theirs = (await story.ana.get("sessions"))[0]["id"]

    assert named(listed[0]) == ("Mobile Safari on iOS", "Mobile Safari", "iOS")
    assert listed[0]["is_current"]
    other = next(each["id"] for each in listed if not each["is_current"])
    foreign = await phone.ask("POST", f"sessions/{theirs}/revoke")
    ended = await phone.ask("POST", f"sessions/{other}/revoke")
    again = await phone.ask("POST", f"sessions/{other}/revoke")

    assert (foreign.status_code, ended.status_code, again.status_code) == (404, 204, 404)
    assert [each["id"] for each in await phone.get("sessions")] == [phone_id(listed)]
    assert [event["reason"] for event in await story.identity.events("session_ended")] == ["revoked"]
    assert await story.identity.problems() == []


def phone_id(listed: list[dict[str, Any]]) -> str:
    return str(next(each["id"] for each in listed if each["is_current"]))


async def test_all_other_browsers_are_signed_out_with_what_they_do_on_behalf(story: Story) -> None:
    await story.ana.ask("POST", "on-behalf", {"workspace": "northwind-logistics"})
    on_behalf = (await story.ana.token())["access_token"]
    laptop = await sign_in(story, story.ana.address, "ana-s-laptop-00000000001", FIREFOX)

    assert (await laptop.ask("POST", "sessions/revoke-others")).status_code == 204

    assert len(await laptop.get("sessions")) == 1
    assert (await story.ana.ask("GET", "users", token=on_behalf)).status_code == 401
    assert [event["reason"] for event in await story.identity.events("on_behalf_ended")] == ["ended"]
    assert await story.identity.problems() == []


async def test_a_browser_is_new_once_and_the_first_one_of_a_person_is_none(story: Story) -> None:
    before = len(await signed_in(story))
    for device in ("tom-s-laptop-00000000001", "tom-s-laptop-00000000001", None):
        await sign_in(story, TOM, device, FIREFOX)

    new = [(event["new_browser"], *named(event)) for event in (await signed_in(story))[before:]]
    first = [event["new_browser"] for event in (await signed_in(story))[:before]]

    firefox = ("Firefox on Linux", "Firefox", "Linux")
    assert new == [(True, *firefox), (False, *firefox), (True, *firefox)]
    assert first == [False] * before


@pytest.mark.parametrize(("user_agent", "known"), [
    ("curl/8.5.0", ("curl", "curl", None)), ("Thing (X11; Linux x86_64)", (None, None, "Linux")),
    ("Thing", (None, None, None)), ("", (None, None, None)), ("\xff" * 5000, (None, None, None)),
])  # fmt: skip
async def test_of_a_browser_that_says_little_is_told_what_is_known(
    story: Story, user_agent: str, known: tuple[str | None, ...]
) -> None:
    person = await sign_in(story, JONAS, None, user_agent)

    current = next(each for each in await person.get("sessions") if each["is_current"])
    assert named(current) == named((await signed_in(story))[-1]) == known


async def test_a_tab_that_nobody_looks_at_idles_out_however_often_it_asks(story: Story) -> None:
    await story.identity.sql("UPDATE sessions SET last_seen_at = now() - interval '11 hours 59 minutes 50 seconds'")
    before = await story.identity.sql("SELECT last_seen_at FROM sessions ORDER BY id")

    for _ in range(3):
        await story.jonas.token()

    assert await story.identity.sql("SELECT last_seen_at FROM sessions ORDER BY id") == before
    await story.identity.sql("UPDATE sessions SET last_seen_at = last_seen_at - interval '1 minute'")
    answer = await story.identity.http.post("/api/identity/tokens", json={"session": story.jonas.session})
    assert answer.status_code == 401


async def test_opening_a_page_keeps_the_session(story: Story) -> None:
    await story.identity.sql("UPDATE sessions SET last_seen_at = now() - interval '11 hours'")
    story.identity.move_clock(timedelta(days=1))

    await story.jonas.open_page()

    kept = await story.identity.sql("SELECT id FROM sessions WHERE last_seen_at > now() - interval '1 minute'")
    assert len(kept) == 1
