"""A mail to an admin comes back: she and her colleagues are told, and staff see it and release her address. In
Chromium."""

import pytest
from playwright.async_api import expect

from deploy.demo.companies import MARA, ROBIN
from deploy.waiting import eventually
from tests.browser.browser_user import BrowserUser, OpenBrowser
from tests.browser.test_asking_for_an_order import PRIYA, SLUG, mara_asks
from tests.browser.test_notifications import UNSUBSCRIBE
from tests.harness.installation import Installation, real_now
from tests.notifications.reports import dsn

COMES_BACK = "Mails to you come back"


@pytest.mark.rule("D24")
async def test_a_mail_comes_back_and_its_address_is_released(
    open_browser: OpenBrowser, installed: Installation
) -> None:
    mara, priya, robin = await open_browser(), await open_browser(), await open_browser()
    await mara.sign_in(MARA.address)
    await priya.sign_in(PRIYA)
    await robin.sign_in(ROBIN.address)
    asked_at = real_now()
    await mara_asks(mara, "Maternity uplink")
    await mara.mailed(PRIYA, UNSUBSCRIBE, asked_at)

    assert await hand_over(installed, (await installed.mails(PRIYA))[0]["return_path"]) == "taken"

    await priya_is_told(priya)
    await mara_sees_it(mara)
    await robin_releases_it(robin)
    await expect((await priya.open("/me/mails")).get_by_text(COMES_BACK)).to_have_count(0)


async def hand_over(installed: Installation, return_path: str) -> str:
    """What the mail server of the bounce address does."""
    token = installed.stack.environment["NOTIFICATIONS_BOUNCE_TOKEN"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "message/rfc822"}
    answer = await installed.site.http.post("/api/notifications/bounces", content=dsn(return_path), headers=headers)
    assert answer.status_code == 200, answer.text
    result: str = answer.json()["result"]
    return result


async def priya_is_told(priya: BrowserUser) -> None:
    async def told() -> bool:
        """Both are asked of the service for a page, and may be answered from before and after the mail was read."""
        page = await priya.open("/me/mails")
        of_a_mail = page.get_by_text("Mails to your address came back.")
        return await page.get_by_text(COMES_BACK).count() == 1 and await of_a_mail.count() > 0

    await eventually(told, seconds=30, pause=1)
    await priya.picture("mails-come-back")


async def mara_sees_it(mara: BrowserUser) -> None:
    async def shown() -> bool:
        page = await mara.open(f"/w/{SLUG}/users")
        return await page.get_by_role("row", name=PRIYA).get_by_text("Mails to this address come back").count() == 1

    await eventually(shown, seconds=30, pause=1)


async def robin_releases_it(robin: BrowserUser) -> None:
    page = await robin.open("/provider/larkspur/undelivered-mails")
    await page.get_by_role("link", name="Suppressed addresses").click()
    await page.get_by_role("searchbox", name="Search suppressed addresses").fill("priya")
    await page.get_by_role("searchbox", name="Search suppressed addresses").press("Enter")
    await robin.picture("suppressed-addresses")
    await page.get_by_role("link", name=f"Release {PRIYA}").click()
    await page.get_by_role("button", name="Release address").click()
    await expect(page.get_by_text("Mails are sent to this address again.")).to_be_visible()
    await expect(page.get_by_text(PRIYA)).to_have_count(0)
