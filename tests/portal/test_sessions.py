"""The page of one's own browsers, and when the portal says that somebody is there."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from deploy.business_time import set_offset
from services.portal.app import build
from services.portal.browser import COOKIE, Browser
from tests.harness.sending import TransportSender
from tests.portal.browsing import ORIGIN, SEAL, Visit, settings
from tests.portal.fake_services import FakeServices
from tests.portal.identity_answers import SECRET
from tests.portal.samples import at, browser_of, ident

PRESENCE = "/api/identity/sessions/presence"
BY_SCRIPT = {"Sec-Fetch-Mode": "cors"}


async def test_one_sees_where_one_is_signed_in_and_signs_one_of_them_out(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    page = await browser.get("/sessions")
    done = await browser.post(f"/sessions/{ident('session 1')}/revoke")
    after = await browser.get("/sessions")

    assert ("Firefox on Linux" in page.text, "Safari on iOS" in page.text) == (True, True)
    assert page.text.count("this one") == 1
    assert f"/sessions/{ident('session 0')}/revoke" not in page.text, "one's own is left by signing out"
    assert done.headers["location"] == "/sessions"
    assert "That browser is signed out." in after.text


async def test_a_demo_that_moves_business_time_moves_no_sign_in(fakes: FakeServices, tmp_path: Path) -> None:
    set_offset(tmp_path / "clock.json", timedelta(days=40))
    moved = settings(demo=True, clock_file=tmp_path / "clock.json")
    transport = httpx.ASGITransport(build(moved, TransportSender(httpx.MockTransport(fakes))))
    cookie = {COOKIE: SEAL.close(Browser(session=SECRET + "jonas"))}

    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookie) as browser:
        page = await browser.get("/sessions")

    assert page.text.count(">1 day ago</time>") == len(fakes.browsers)


async def test_the_own_browser_is_first_and_each_button_says_which_browser_it_signs_out(
    visit: Visit, fakes: FakeServices
) -> None:
    listed = [
        {"id": ident(f"session {n}"), "ip": None, "signed_in_at": at(days=n), "last_seen_at": at(minutes=n),
         "is_current": n == 1} | browser_of(None, None)
        for n in range(3)
    ]  # fmt: skip
    fakes.replies["GET", "/api/identity/sessions"] = httpx.Response(200, json=listed)

    page = (await visit("jonas").get("/sessions")).text

    buttons = re.findall('aria-label="(Sign out .*?)"', page)
    assert page.index("this one") < page.index(buttons[0])
    assert [button.partition(", ")[0] for button in buttons] == ["Sign out Unknown browser"] * 2
    assert len(set(buttons)) == 2


async def test_a_browser_that_is_signed_out_already_is_no_error(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    await browser.post(f"/sessions/{ident('of somebody else')}/revoke")

    assert "signed out already" in (await browser.get("/sessions")).text


async def test_all_others_are_signed_out_at_once(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    await browser.post("/sessions/revoke-others")
    page = await browser.get("/sessions")

    assert "All other browsers are signed out." in page.text
    assert "Safari on iOS" not in page.text
    assert "Sign out all others" not in page.text


@pytest.mark.rule("D28")
async def test_browsers_are_named_in_the_reader_s_language(visit: Visit, fakes: FakeServices) -> None:
    from_before = browser_of(None, None) | {"browser": "Opera on Windows"}
    fakes.browsers = [browser_of("Firefox", "Linux"), browser_of(None, "iOS"), browser_of("Links", None), from_before]
    fakes.browsers.append(browser_of(None, None))

    pages = [(await visit("jonas", **{"Accept-Language": tag}).get("/sessions")).text for tag in ("en-GB", "de-AT")]

    english, german = (re.findall('<span class="name">(.*?)</span>', page) for page in pages)
    assert english == ["Firefox on Linux", "Unknown browser on iOS", "Links", "Opera on Windows", "Unknown browser"]
    assert german == ["Firefox unter Linux", "Unbekannter Browser unter iOS", "Links", "Opera on Windows",
                      "Unbekannter Browser"]  # fmt: skip


@pytest.mark.parametrize(("headers", "told"), [({}, 1), (BY_SCRIPT, 0), ({"HX-Request": "true"}, 0)])
async def test_only_a_person_who_opens_a_page_is_there(
    visit: Visit, fakes: FakeServices, headers: dict[str, str], told: int
) -> None:
    fakes.sessions["jonas"].last_seen_at = datetime.now(UTC) - timedelta(hours=1)

    await visit("jonas").get("/w/northwind/services", headers=headers)

    assert len(fakes.sent("POST", PRESENCE)) == told


async def test_who_was_there_a_moment_ago_is_not_noted_again(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    fakes.sessions["jonas"].last_seen_at = datetime.now(UTC) - timedelta(minutes=6)

    for _ in range(3):
        await browser.get("/w/northwind/services")

    assert len(fakes.sent("POST", PRESENCE)) == 1


async def test_a_notice_stays_until_a_person_has_seen_it(visit: Visit, fakes: FakeServices) -> None:
    session, browser = fakes.sessions["tom-on-behalf"], visit("tom-on-behalf")
    session.acting, session.role = "meridian", "member"
    session.ended = {"reason": "revoked", "workspace_display_name": "Northwind Logistics"}

    by_script = await browser.get("/w/northwind/services", headers=BY_SCRIPT)
    shown = await browser.get("/w/northwind/services")
    after = await browser.get("/w/meridian/services")

    assert (by_script.status_code, shown.status_code, after.status_code) == (403, 403, 200)
    assert "Your access to Northwind Logistics has ended" in shown.text
