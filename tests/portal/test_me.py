"""One's own settings, and pages in the language, the formats and the time zone that were chosen."""

import re
from typing import Any

import httpx
import pytest

from services.portal.choices import languages, time_zones
from shared.language import TAGS, ZONES, Localisation, gettext, localised_for
from tests.portal.browsing import Visit, remembered
from tests.portal.fake_services import FakeServices
from tests.portal.samples import browser_of, ident

CHOSEN = {"locale": "de-AT", "time_zone": "Asia/Tokyo"}
SIGNED_IN_AT = "2026-03-05T14:07:09Z"


def in_london(visit: Visit) -> httpx.AsyncClient:
    """Jonas's browser, which speaks English and has told its time zone."""
    browser = visit("jonas", **{"Accept-Language": "en-GB"})
    browser.cookies.set("zone", "Europe/London", domain="portal.larkspur.example")
    return browser


def entries(**changes: str) -> dict[str, str]:
    return {"display_name": "Jonas Weber", "locale": "", "time_zone": ""} | changes


def preview_in(page: str) -> list[str]:
    shown = page.partition('id="examples"')[2].partition("<dialog")[0]
    return [text.strip() for text in re.findall(r"<dd>(.*?)</dd>", shown, re.DOTALL)]


def one_browser(**changes: Any) -> httpx.Response:
    seen = browser_of("Firefox", None) | {"ip": None, "signed_in_at": SIGNED_IN_AT, "last_seen_at": SIGNED_IN_AT}
    return httpx.Response(200, json=[{"id": ident("session"), "is_current": True} | seen])


@pytest.mark.rule("D28")
async def test_what_was_chosen_counts_more_than_what_the_browser_says(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["GET", "/api/identity/sessions"] = one_browser()
    browser = in_london(visit)

    by_browser = (await browser.get("/sessions")).text
    fakes.sessions["jonas"].preferences = CHOSEN
    by_person = (await browser.get("/sessions")).text

    assert 'title="5 Mar 2026, 14:07:09' in by_browser
    assert 'title="05.03.2026, 23:07:09' in by_person
    assert ('<html lang="en-GB"' in by_browser, '<html lang="de-AT"' in by_person) == (True, True)


@pytest.mark.rule("D28")
@pytest.mark.parametrize(
    ("chosen", "stamp", "lang"),
    [
        ({"locale": "de-AT", "time_zone": None}, "05.03.2026, 14:07:09", "de-AT"),
        ({"locale": None, "time_zone": "America/New_York"}, "5 Mar 2026, 09:07:09", "en-GB"),
    ],
)
async def test_each_of_both_is_as_the_browser_says_until_it_is_chosen(
    visit: Visit, fakes: FakeServices, chosen: dict[str, str | None], stamp: str, lang: str
) -> None:
    fakes.replies["GET", "/api/identity/sessions"] = one_browser()
    fakes.sessions["jonas"].preferences = chosen

    page = (await in_london(visit).get("/sessions")).text

    assert re.findall('title="([^"]*2026.*?:09)', page) == [stamp] * 2
    assert f'<html lang="{lang}"' in page


async def test_a_browser_that_asks_for_the_made_up_language_gets_it_whatever_was_chosen(
    visit: Visit, fakes: FakeServices
) -> None:
    fakes.sessions["jonas"].preferences = CHOSEN

    page = (await visit("jonas", **{"Accept-Language": "en-XA"}).get("/me")).text

    assert "⟦Ýöür séttîñgs" in page


@pytest.mark.rule("K11", "D28")
async def test_settings_are_saved_and_the_next_page_speaks_the_new_language(visit: Visit, fakes: FakeServices) -> None:
    browser = in_london(visit)

    done = await browser.post("/me", data=entries(**CHOSEN))
    page = (await browser.get(done.headers["location"])).text

    assert (done.status_code, done.headers["location"]) == (303, "/me")
    assert fakes.sent("PATCH", "/api/identity/me") == [entries(**CHOSEN) | {"shortcuts": False}]
    assert '<html lang="de-AT"' in page
    assert [f'<option value="{value}" selected>' in page for value in CHOSEN.values()] == [True, True]


@pytest.mark.rule("K11")
async def test_what_is_left_to_the_browser_is_sent_as_nothing(visit: Visit, fakes: FakeServices) -> None:
    fakes.sessions["jonas"].preferences = CHOSEN

    await visit("jonas").post("/me", data=entries())

    assert fakes.sent("PATCH", "/api/identity/me") == [
        {"display_name": "Jonas Weber", "locale": None, "time_zone": None, "shortcuts": False}
    ]


@pytest.mark.rule("D28")
async def test_that_it_is_saved_is_said_in_the_new_language(visit: Visit) -> None:
    browser = in_london(visit)

    await browser.post("/me", data=entries(**CHOSEN))

    flash = remembered(browser).flash
    with localised_for(Localisation("de-AT")):
        assert flash
        assert flash.text == gettext("Your settings are saved.")


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"display_name": ""}, "display_name"),
        ({"locale": "fr-FR"}, "locale"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
    ],
)
async def test_what_identity_refuses_is_said_at_its_field(visit: Visit, entry: dict[str, str], field: str) -> None:
    answer = await visit("jonas").post("/me", data=entries(**entry))

    assert answer.status_code == 422
    assert f'id="{field}-about"' in answer.text
    assert f'href="#{field}"' in answer.text


@pytest.mark.rule("D28")
async def test_the_preview_is_of_what_is_saved_and_with_a_script_of_what_is_selected(
    visit: Visit, fakes: FakeServices
) -> None:
    fakes.sessions["jonas"].preferences = {"locale": "en-GB", "time_zone": "Europe/London"}
    browser = visit("jonas")

    saved = preview_in((await browser.get("/me")).text)
    selected = await browser.get("/me/preview", params=CHOSEN, headers={"HX-Request": "true"})
    nonsense = await browser.get("/me/preview", params={"locale": "x", "time_zone": "y"})

    assert saved[2:] == ["1,234,567", "€1,234.56"]
    assert saved[1].endswith(("GMT", "BST"))
    day, time, number, amount = preview_in('id="examples"' + selected.text)
    assert (number, amount) == ("1.234.567", "€\u00a01.234,56")
    assert time.endswith("09:00")
    assert re.fullmatch(r"\d+\. \w+ \d{4}", day)
    assert (nonsense.status_code, "UTC" in nonsense.text) == (200, True)


def test_every_language_and_zone_can_be_chosen_in_its_own_words() -> None:
    english, german = languages()

    assert [tag for group in (english, german) for tag, _ in group.options] == list(TAGS)
    assert (english.title, german.title, german.language) == ("English", "Deutsch", "de")
    assert ("en-AT", "English (Austria)") in english.options
    assert ("de-AT", "Deutsch (Österreich)") in german.options
    zones = {zone: place for group in time_zones() for zone, place in group.options}
    assert set(zones) == set(ZONES) - {"UTC"}
    assert zones["America/Argentina/Buenos_Aires"] == "Argentina, Buenos Aires"


async def test_keyboard_shortcuts_are_on_until_the_person_switches_them_off(visit: Visit, fakes: FakeServices) -> None:
    """WCAG 2.1.4: keys of one letter can be turned off."""
    browser = visit("jonas")

    before = (await browser.get("/w/northwind/users")).text
    form = (await browser.get("/me")).text
    await browser.post("/me", data={"display_name": "Jonas", "locale": "", "time_zone": ""})
    after = (await browser.get("/w/northwind/users")).text

    assert ("data-shortcuts" in before, "shortcuts." in before, 'id="keys"' in before) == (True, True, True)
    assert re.search(r'name="shortcuts"\s+value="true"\s+checked', form)
    assert fakes.sent("PATCH", "/api/identity/me")[0]["shortcuts"] is False
    assert ("data-shortcuts" in after, "shortcuts." in after, 'id="keys"' in after) == (False, False, False)
    assert not re.search(r'name="shortcuts"\s+value="true"\s+checked', (await browser.get("/me")).text)


@pytest.mark.parametrize(
    ("person", "path", "letters"), [("jonas", "/w/northwind/", "abosu"), ("ana", "/w/meridian/", "acou")]
)
async def test_the_letters_of_pages_are_few_and_lead_where_the_side_bar_does(
    visit: Visit, person: str, path: str, letters: str
) -> None:
    page = (await visit(person).get(path)).text

    assert "".join(sorted(re.findall(r'data-go="(\w)"', page))) == letters
    assert all(f"<kbd>{letter}</kbd>" in page for letter in letters)
