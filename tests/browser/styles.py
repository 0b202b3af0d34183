"""Whether the style sheet has the rules for every class of a page, and the sprite each of its icons: both are served
without what no page uses."""

import re
from functools import cache

from playwright.async_api import Page

from services.portal.assets.__main__ import FILES, MODULES
from services.portal.static_files import STYLES, VENDOR, vendor_names

CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
ROOT = re.compile(r":root[^{}]*\{[^{}]*\}")
DECLARED = re.compile(r"(--[\w-]+)\s*:")
READ = re.compile(r"var\(\s*(--[\w-]+)")
SYMBOL = re.compile(r'<symbol id="([^"]+)"')
ICONS = "[...new Set([...document.querySelectorAll('svg.icon use')].map(each => each.href.baseVal.split('#')[1]))]"
USED = "[...new Set([...document.querySelectorAll('[class]')].flatMap(each => [...each.classList]))]"


@cache
def left_out() -> frozenset[str]:
    """The classes that only Tabler's own style sheet knows."""
    whole = (MODULES / FILES["tabler.css"]).read_text()
    served = (VENDOR / vendor_names()["tabler.css"]).read_text()
    found = frozenset(CLASS.findall(whole)) - frozenset(CLASS.findall(served))
    assert len(found) > 1000, "the style sheet is served as it came"
    return found


def variables_left_out() -> set[str]:
    """Variables that Tabler declares for all elements, that a rule still reads, and that are declared no more."""
    roots = ROOT.findall((MODULES / FILES["tabler.css"]).read_text())
    whole = {name for root in roots for name in DECLARED.findall(root)}
    served = (VENDOR / vendor_names()["tabler.css"]).read_text()
    left_out = whole - set(DECLARED.findall(served))
    assert len(left_out) > 100, "the style sheet is served as it came"
    ours = "".join(path.read_text() for path in STYLES.glob("*/*.css"))
    return left_out & set(READ.findall(served + ours))


@cache
def icons_served() -> frozenset[str]:
    return frozenset(SYMBOL.findall((VENDOR / vendor_names()["icons.svg"]).read_text()))


async def check_styles(page: Page) -> None:
    """Each class of the page that Tabler has rules for has them here."""
    missing = left_out() & set(await page.evaluate(USED))
    assert not missing, f"{page.url}: no file names these classes as whole words: {sorted(missing)}"
    blank = set(await page.evaluate(ICONS)) - icons_served()
    assert not blank, f"{page.url}: the sprite lacks these icons: {sorted(blank)}"
