"""The bell on every page, and the page of notices."""

import re

import httpx
from fastapi import FastAPI

from services.portal.unread import KEPT_SECONDS, Unread
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.notices_answers import NOTICES
from tests.portal.samples import ident

UNREAD = "/api/notifications/notices/unread"
FIRST = NOTICES[0]["id"]


async def test_the_bell_says_how_many_are_unread_and_asks_once_for_many_pages(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("jonas")

    pages = [(await browser.get(path)).text for path in ("/w/northwind/", "/w/northwind/orders", "/me")]

    assert all('aria-label="Notifications: 1 unread"' in page for page in pages)
    assert fakes.reads(UNREAD) == 1


async def test_an_event_about_the_person_makes_the_bell_ask_again(
    visit: Visit, fakes: FakeServices, portal: FastAPI
) -> None:
    browser = visit("jonas")
    await browser.get("/w/northwind/")
    fakes.noticed[1]["is_read"] = False

    portal.state.runtime.unread.forget(await user_of(portal))
    page = (await browser.get("/w/northwind/")).text

    assert 'aria-label="Notifications: 2 unread"' in page


async def user_of(portal: FastAPI) -> object:
    [(user_id, _)] = portal.state.runtime.unread._known.items()
    return user_id


async def test_pages_work_without_the_number_while_notifications_is_down(visit: Visit, fakes: FakeServices) -> None:
    fakes.down.add("notifications")

    page = await visit("jonas").get("/w/northwind/")

    assert page.status_code == 200
    assert 'aria-label="Notifications"' in page.text


async def test_a_number_that_was_being_read_when_something_changed_is_not_kept() -> None:
    unread, user = Unread(lambda: 0.0), ident("jonas")

    async def read() -> int:
        unread.forget(user)  # type: ignore[arg-type]
        return 5

    assert await unread.get(user, read) == 5  # type: ignore[arg-type]
    assert unread.known(user) is None  # type: ignore[arg-type]


async def test_a_number_is_asked_for_again_after_a_minute() -> None:
    now, counts = [0.0], iter((1, 2))
    unread = Unread(lambda: now[0])

    async def read() -> int:
        return next(counts)

    first = [await unread.get(ident("jonas"), read) for _ in range(2)]  # type: ignore[arg-type]
    now[0] = KEPT_SECONDS

    assert (first, await unread.get(ident("jonas"), read)) == ([1, 1], 2)  # type: ignore[arg-type]


async def test_notices_are_listed_with_what_is_new(visit: Visit) -> None:
    page = (await visit("jonas").get("/notifications")).text

    [new], [read] = (re.findall(rf'<li id="notice-{each["id"]}">.*?</li>', page, re.DOTALL) for each in NOTICES)
    assert "Lyon 2 waits for your approval" in new
    assert "Northwind" in new
    assert ">New</span>" in new
    assert ">New</span>" not in read
    assert page.count("<h1") == 1


async def test_only_what_is_unread_is_listed_if_one_wants_that(visit: Visit) -> None:
    page = (await visit("jonas").get("/notifications?unread=true")).text

    assert "Lyon 2 waits for your approval" in page
    assert "Halcyon has a new URL" not in page


async def test_opening_one_marks_it_as_read_and_leads_to_the_thing(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    await browser.get("/notifications")

    opened = await browser.post(f"/notifications/{FIRST}", data={"path": "/w/northwind/orders/lyon"})
    after = (await browser.get("/notifications?unread=true")).text

    assert (opened.status_code, opened.headers["location"]) == (303, "/w/northwind/orders/lyon")
    assert "Everything is read" in after
    assert 'aria-label="Notifications"' in after


async def test_one_that_is_over_still_leads_on_but_never_to_another_site(visit: Visit) -> None:
    browser, over = visit("jonas"), ident("a notice that is over")

    there = await browser.post(f"/notifications/{over}", data={"path": "/w/northwind/"})
    elsewhere = await browser.post(f"/notifications/{FIRST}", data={"path": "https://other.example/"})

    assert there.headers["location"] == "/w/northwind/"
    assert elsewhere.headers["location"] == "/notifications"


async def test_all_are_marked_as_read(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    page = (await browser.get("/notifications")).text
    [until] = re.findall(r'name="until" value="([^"]+)"', page)

    answer = await browser.post("/notifications/read-all", data={"until": until})

    assert "All notifications are marked as read." in (await browser.get(answer.headers["location"])).text
    assert all(each["is_read"] for each in fakes.noticed)


async def test_a_page_without_notices_says_so(visit: Visit, fakes: FakeServices) -> None:
    fakes.noticed = []

    assert "No notifications" in (await visit("jonas").get("/notifications")).text


async def test_the_list_says_itself_that_it_cannot_be_read(visit: Visit, fakes: FakeServices) -> None:
    fakes.down.add("notifications")

    page: httpx.Response = await visit("jonas").get("/notifications")

    assert page.status_code == 200
    assert "cannot be shown just now" in page.text


async def test_a_preview_has_no_bell(visit: Visit) -> None:
    page = (await visit("lars-preview").get("/w/northwind/billing")).text

    assert 'href="/notifications"' not in page
