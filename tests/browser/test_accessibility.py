"""The check of pages itself: what it has found good once hides nothing that is not."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.browser.accessibility import Accessibility

PAGE = (
    "<!doctype html><html lang='en'><title>Invoices</title><main style='background: white'><h1>Invoices</h1>{}</main>"
)
GOOD = "<p style='color: #333'>Paid</p><button style='color: #bbb; background: white' disabled>Pay</button>"


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    context = await chromium.new_context()
    yield await context.new_page()
    await context.close()


async def looked_at(accessibility: Accessibility, page: Page, content: str) -> set[str]:
    """The rules of axe that a page with this content breaks."""
    await page.set_content(PAGE.format(content))
    return {each["id"] for each in await accessibility.violations(page)}


@pytest.mark.parametrize(
    "faint",
    [
        "<p style='color: #bbb'>Paid</p>",
        "<div style='background: #444'><p style='color: #333'>Paid</p></div>",
        "<div style='opacity: 0.4'><p style='color: #333'>Paid</p></div>",
        "<button style='color: #bbb; background: white'>Pay</button>",
        "<p style='color: #333'>Paid <span style='color: #bbb'>late</span></p>",
        "<label>Sum <input style='color: #bbb; background: white' value='10'></label>",
    ],
)
async def test_a_faint_text_is_found_on_a_page_whose_other_texts_were_found_good(page: Page, faint: str) -> None:
    accessibility = Accessibility()

    assert await looked_at(accessibility, page, GOOD) == set()
    assert await looked_at(accessibility, page, GOOD + faint) == {"color-contrast"}
    assert await looked_at(accessibility, page, GOOD + faint) == {"color-contrast"}, "it stays wrong"


async def test_a_text_that_axe_could_not_judge_does_not_count_as_good(page: Page) -> None:
    accessibility = Accessibility()
    before_a_picture = "<div style='background: linear-gradient(white, black)'><p style='color: #333'>Paid</p></div>"

    assert await looked_at(accessibility, page, GOOD + before_a_picture) == set()

    assert any("rgb(51, 51, 51)" in each for each in accessibility.good)
    assert not any("gradient" in each for each in accessibility.good)


async def test_what_has_no_name_is_found_within_a_part_of_a_page(page: Page) -> None:
    accessibility = Accessibility()
    await page.set_content(PAGE.format("<section><button></button></section><nav><a href='/'></a></nav>"))
    section = await page.query_selector("section")

    assert {each["id"] for each in await accessibility.violations(page, section)} == {"button-name"}
    assert {each["id"] for each in await accessibility.violations(page)} == {"button-name", "link-name"}
