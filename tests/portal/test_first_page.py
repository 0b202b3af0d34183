"""A browser's first page has its styles in it, so that the first paint waits for no further file."""

import hashlib
import re
from base64 import b64encode

import httpx
import pytest
from fastapi import FastAPI

from services.portal.inlined import STYLES_COOKIE
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices

PAGES = [(None, "/sign-in"), ("jonas", "/w/northwind/"), ("jonas", "/no-such-page")]
WAITED_FOR = re.compile(r'<link rel="stylesheet" href="([^"]*)" *>|<script src="([^"]*)"(?! defer)')
LATER = re.compile(r'<link rel="stylesheet" href="([^"]*)" media="not all">')
INLINE = re.compile(r"<(style|script)>(.*?)</", re.DOTALL)


def on_first_visit(visit: Visit, who: str | None) -> httpx.AsyncClient:
    browser = visit(who)
    browser.cookies.delete(STYLES_COOKIE)
    return browser


@pytest.mark.parametrize(("who", "path"), PAGES)
async def test_the_first_page_waits_for_no_file_and_later_ones_bring_no_styles_of_their_own(
    portal: FastAPI, visit: Visit, who: str | None, path: str
) -> None:
    browser = on_first_visit(visit, who)
    files = [portal.state.static_files.url(name) for name in ("tabler.css", "app.css")]

    first, second = await browser.get(path), await browser.get(path)

    assert not WAITED_FOR.findall(first.text)
    assert LATER.findall(first.text) == files
    assert [each[0] for each in WAITED_FOR.findall(second.text)] == files
    assert not LATER.findall(second.text)
    assert "@layer vendor" in first.text
    assert "@layer vendor" not in second.text


@pytest.mark.parametrize(("who", "path"), PAGES)
async def test_the_policy_names_what_is_within_the_page_by_its_hash_and_nothing_else(
    visit: Visit, who: str | None, path: str
) -> None:
    browser = on_first_visit(visit, who)

    for answer in [await browser.get(path), await browser.get(path)]:
        sources = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
        for kind in ("style", "script"):
            texts = [text for found, text in INLINE.findall(answer.text) if found == kind]
            assert sorted(sources[f"{kind}-src"].split()) == sorted(["'self'", *map(hash_of, texts)])


def hash_of(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


async def test_styles_of_an_older_version_are_sent_again(visit: Visit) -> None:
    browser = visit("jonas", Cookie=f"{STYLES_COOKIE}=0123456789")

    answer = await browser.get("/sign-in")

    assert "@layer vendor" in answer.text


async def test_a_colour_that_is_none_is_not_written_into_a_page(visit: Visit, fakes: FakeServices) -> None:
    fakes.brands["larkspur"] = {"display_name": "Larkspur Fibre", "color": "#fff}</style><script>"}

    page = (await visit().get("/sign-in")).text

    assert "#fff}" not in page
    assert "--brand:#" in page
