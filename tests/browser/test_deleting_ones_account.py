"""A person has their account deleted, thinks better of it, asks again, and is gone, in Chromium."""

import re

import pytest
from playwright.async_api import Page, expect

from deploy.demo.person import PATIENCE_SECONDS
from deploy.waiting import eventually
from tests.browser.browser_user import BrowserUser, OpenBrowser
from tests.flows.steps import INVITATIONS, accepts, mailed
from tests.harness.installation import Installation, real_now

LENA = "lena-marsh@meridian.example"
AS_REGULAR = {"address": LENA, "display_name": "Lena Marsh", "role": "regular"}


@pytest.mark.rule("D27", "D19")
async def test_a_person_asks_keeps_it_asks_again_and_is_gone(
    open_browser: OpenBrowser, installed: Installation
) -> None:
    ana, lena = await installed.signed_in("ana@meridian.example"), await open_browser()
    await accepts(installed, LENA, ana, INVITATIONS, AS_REGULAR)
    await lena.sign_in(LENA)

    asked_at = real_now()
    page = await asks(lena)
    await lena.mailed(LENA, r"(/me/data)", asked_at)
    await page.get_by_role("button", name="Keep my account").click()
    await expect(page.get_by_text("Your account stays.")).to_be_visible()
    await asks(lena)
    await let_a_week_pass(installed)

    await page.goto("/me")
    await expect(page).to_have_url(re.compile("/sign-in"))
    assert await mailed(installed, LENA, "Your account is deleted")
    await starts_anew(lena, installed)


async def asks(lena: BrowserUser) -> Page:
    page = await lena.open("/me")
    await page.get_by_role("link", name="Your data").click()
    await expect(page.get_by_text("You lose access. What you ordered stays with the company.")).to_be_visible()
    await lena.browsers.check(page)
    await lena.picture("own-data")
    await page.get_by_label("Your address, to confirm it").fill(LENA)
    await page.get_by_role("button", name="Delete my account").click()
    await expect(page.get_by_text("Your account and your data will be deleted on")).to_be_visible()
    await lena.browsers.check(page)
    return page


async def let_a_week_pass(installed: Installation) -> None:
    async with installed.database("identity") as database:
        await database.execute("UPDATE erasures SET requested_at = requested_at - interval '7 days',"
                               " due_at = due_at - interval '7 days' WHERE state = 'requested'")  # fmt: skip

        async def done() -> bool:
            return bool(await database.fetchval("SELECT EXISTS (SELECT FROM erasures WHERE state = 'done')"))

        assert await eventually(done, seconds=PATIENCE_SECONDS)


async def starts_anew(lena: BrowserUser, installed: Installation) -> None:
    """The address is free for an account that knows nothing of the former one."""
    inviter = await installed.signed_in("ana@meridian.example")
    await accepts(installed, LENA, inviter, INVITATIONS, AS_REGULAR | {"display_name": "Lena Anew"})
    await lena.sign_in(LENA)
    page = await lena.open("/me")
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Lena Anew")
