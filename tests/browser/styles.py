"""Whether the style sheet has the rules for every class of a page: it is served without those that none uses."""

import re
from functools import cache

from playwright.async_api import Page

from services.portal.assets.__main__ import FILES, MODULES
from services.portal.static_files import VENDOR, vendor_names

CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
USED = "[...new Set([...document.querySelectorAll('[class]')].flatMap(each => [...each.classList]))]"


@cache
def left_out() -> frozenset[str]:
    """The classes that only Tabler's own style sheet knows."""
    whole = (MODULES / FILES["tabler.css"]).read_text()
    served = (VENDOR / vendor_names()["tabler.css"]).read_text()
    found = frozenset(CLASS.findall(whole)) - frozenset(CLASS.findall(served))
    assert len(found) > 1000, "the style sheet is served as it came"
    return found


async def check_styles(page: Page) -> None:
    """Each class of the page that Tabler has rules for has them here."""
    missing = left_out() & set(await page.evaluate(USED))
    assert not missing, f"{page.url}: no file names these classes as whole words: {sorted(missing)}"
