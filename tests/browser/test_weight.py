"""How much a page weighs: everything that a browser fetches for it, as it comes over the network."""

import pytest
from playwright.async_api import CDPSession, Page

from tests.browser.browsers import Browsers
from tests.browser.styles import variables_left_out
from tests.browser.test_every_page import PEOPLE

COLD, WARM = 200_000, 10_000
"""Bytes of a person's first page, and of each later one."""
PAGES = {
    "customer": ["/w/halcyon-health/", "/w/halcyon-health/services", "/w/halcyon-health/orders/new",
                 "/w/halcyon-health/billing", "/w/halcyon-health/billing/invoices", "/w/halcyon-health/users"],
    "partner": ["/partner/meridian-partners/customers", "/w/meridian-partners/contacts"],
}  # fmt: skip


class Scale:
    def __init__(self, session: CDPSession) -> None:
        self.bytes = 0
        session.on("Network.loadingFinished", self._add)

    def _add(self, finished: dict[str, float]) -> None:
        self.bytes += int(finished["encodedDataLength"])

    async def weigh(self, page: Page, path: str) -> int:
        self.bytes = 0
        await page.goto(path, wait_until="networkidle")
        return self.bytes


@pytest.mark.parametrize("who", PAGES)
async def test_a_first_page_is_light_and_later_ones_are_their_text_alone(browsers: Browsers, who: str) -> None:
    page = await browsers.open(PEOPLE[who])
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    scale = Scale(session)

    first, *later = PAGES[who]
    cold = await scale.weigh(page, first)
    warm = {path: await scale.weigh(page, path) for path in later}

    assert WARM < cold <= COLD, "with styles, script and font"
    assert {path: bytes_ for path, bytes_ in warm.items() if bytes_ > WARM} == {}


def test_a_variable_that_a_rule_reads_is_declared():
    """Tabler is served without the variables that nothing reads."""
    assert not variables_left_out()
