"""Pages in other languages: no text escapes translation, and no longer text breaks a page."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import asyncpg
import pytest
from babel import Locale
from playwright.async_api import Page

from shared.language.tags import PSEUDO_TAG
from tests.browser.browsers import BEYOND, Browsers
from tests.browser.test_every_page import FEWEST_PAGES, PEOPLE, one_of_each_kind

TEXTS = """() => {
    const NO_TEXT = "script, style, template, .face, .logo, .sentence, .under, [translate=no], [name=locale]"
        + ", [name=time_zone]";
    const found = Array.from(document.querySelectorAll(".sentence"), (whole) => whole.textContent);
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode())
        if (!node.parentElement.closest(NO_TEXT)) found.push(node.textContent);
    for (const name of ["aria-label", "title", "placeholder", "alt", "data-l", "data-waiting"])
        for (const element of document.querySelectorAll(`[${name}]`)) found.push(element.getAttribute(name));
    found.push(document.title);
    return found.map((text) => text.replace(/\\s+/g, " ").trim()).filter((text) => text);
}"""
TRANSLATED = re.compile(r"⟦[^⟦⟧]*⟧")
"""The innermost of nested ones first."""
CUT = re.compile(r"^[^⟦]*⟧|⟦[^⟧]*$")
"""The rest of one that markup, such as a place to wrap, divides."""
ADDRESS = re.compile(r"\S+@\S+")
SPAN = r"[\d,]+ (?:second|minute|hour|day|week|month|year)s?"
FROM_NOW = re.compile(rf"\bin {SPAN}|{SPAN} ago")
FORMATTED = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec|AM|PM|UTC|GMT)\b"
    rf"|{SPAN}"
)
LETTERS = re.compile(r"[^\W\d_]{2,}")
FOR_DEVELOPERS = re.compile(r"/(events|mails)(/|$)")
"""Pages that show the documents of the events, which are in English, and mails, which have languages of their own."""


def strings(value: Any) -> Iterator[str]:
    """All texts within a value of a database, those in JSON included."""
    if isinstance(value, str):
        yield value
        if value[:1] in "[{":
            with suppress(ValueError):
                yield from strings(json.loads(value))
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


async def data_of(connection: "asyncpg.Connection[asyncpg.Record]") -> set[str]:
    """What is stored: names, addresses, numbers, labels of products."""
    columns = await connection.fetch(
        "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
        " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        " AND data_type IN ('text', 'character varying', 'json', 'jsonb')"
    )
    found = set[str]()
    for table, column in columns:
        rows = await connection.fetch(f'SELECT DISTINCT "{column}"::text FROM "{table}" LIMIT 5000')
        found.update(text for (value,) in rows if value for text in strings(value))
    return {" ".join(text.split()) for text in found if LETTERS.search(text)}


def escaped(text: str, data: list[str]) -> str:
    """What of a text is neither translated, nor formatted, nor data."""
    while TRANSLATED.search(text):
        text = TRANSLATED.sub(" ", text)
    text = CUT.sub(" ", text)
    text = FROM_NOW.sub(" ", ADDRESS.sub(" ", text))  # before data takes the "hours" out of "2 hours ago"
    for each in data:
        if each in text:  # as whole words: a short value may be a part of any word
            text = re.sub(rf"(?<!\w){re.escape(each)}(?!\w)", " ", text)
    return " ".join(LETTERS.findall(FORMATTED.sub(" ", text)))


@pytest.fixture(scope="module")
async def data(session_browsers: Browsers) -> list[str]:
    """What is stored in the installation, the longest first, with what a sign-in of each person stores."""
    for address in PEOPLE.values():
        await (await session_browsers.open(address)).context.close()
    found = {"Larkspur Cloud", "Portico", "English", "Deutsch"}
    found |= {"no-reply@", "localhost"}  # the configured sender of mails, in two parts where it may wrap
    for service in ("identity", "billing", "provisioning", "notifications", "audit"):
        async with session_browsers.installed.database(service) as connection:
            found |= await data_of(connection)
    found |= {str(name) for name in Locale("en").territories.values()}  # as the formats of days and numbers are
    return sorted(found, key=len, reverse=True)


async def open_in(browsers: Browsers, tag: str, who: str | None) -> Page:
    """A fresh browser that asks for pages in this language."""
    return await browsers.open(who and PEOPLE[who], extra_http_headers={"Accept-Language": tag})


async def look_at(page: Page, path: str, data: list[str]) -> dict[str, str]:
    """What escaped on a page, by its whole text. The page must fit every width."""
    await page.goto(path)
    for width in (1280, 390, 320):
        await page.set_viewport_size({"width": width, "height": 800})
        beyond = await page.evaluate(BEYOND)
        assert beyond == [], f"{path} is too wide at {width}"
    if FOR_DEVELOPERS.search(path):
        return {}
    texts: list[str] = await page.evaluate(TEXTS)
    return {text: left for text in texts if (left := escaped(text, data))}


@pytest.mark.rule("D28")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("who", ["partner", "customer", "provider"])
async def test_no_text_escapes_translation_and_longer_ones_break_no_page(
    browsers: Browsers, data: list[str], who: str
) -> None:
    page = await open_in(browsers, PSEUDO_TAG, who)

    found = {path: await look_at(page, path, data) async for path in one_of_each_kind(page)}

    assert len(found) >= FEWEST_PAGES[who], sorted(found)
    escaped_ones = {f"{path}: {left} in {text}" for path, texts in found.items() for text, left in texts.items()}
    assert "\n".join(sorted(escaped_ones)) == ""


@pytest.mark.rule("D28")
async def test_the_pages_before_signing_in_are_translated_too(browsers: Browsers, data: list[str]) -> None:
    page = await open_in(browsers, PSEUDO_TAG, None)

    for path in (
        "/sign-in",
        "/sign-in/verify?c=00000000-0000-4000-8000-000000000000&t=none",
        "/nowhere",
        "/invite?t=x",
    ):
        assert await look_at(page, path, data) == {}, path


@pytest.mark.rule("D28")
async def test_somebody_chooses_german_and_orders_on_a_phone(browsers: Browsers) -> None:
    page = await browsers.open(PEOPLE["customer"], width=390)
    await page.goto("/me")
    await page.locator("[name=locale]").select_option("de-DE")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("Ihre Einstellungen sind gespeichert.").wait_for()

    await page.goto("/")
    await page.get_by_role("link", name="Dienst bestellen").click()
    await page.locator(".offer").first.click()
    await page.get_by_role("button", name="Bestellung prüfen").click()

    await page.get_by_role("heading", level=1, name="Bestellung prüfen").wait_for()
    assert await page.get_by_role("button", name="Zahlungspflichtig bestellen").count() == 1
    assert await page.locator("html").get_attribute("lang") == "de-DE"
    await page.goto("/me")
    await page.locator("[name=locale]").select_option("en-US")  # as the other tests expect it
    await page.get_by_role("button", name="Speichern").click()
    await page.get_by_text("Your settings are saved.").wait_for()
