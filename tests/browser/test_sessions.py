"""A person looks where they are signed in, and signs another of their browsers out."""

import re

from playwright.async_api import expect

from tests.browser.browsers import Browsers, sign_in

DANIEL = "daniel@kestrel.example"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
    "Mobile/15E148 Safari/604.1"
)


async def test_a_person_signs_another_of_their_browsers_out(browsers: Browsers) -> None:
    here, phone = await browsers.open(), await browsers.open(user_agent=PHONE)
    await sign_in(browsers, phone, DANIEL)
    await sign_in(browsers, here, DANIEL)

    await here.locator("summary", has_text="Your menu").click()
    await here.get_by_role("link", name="Where you are signed in").click()
    await expect(here.get_by_role("heading", level=1)).to_have_text("Where you are signed in")
    row = here.get_by_role("row").filter(has_text="Mobile Safari on iOS")
    await expect(row).to_have_count(1)
    await expect(here.get_by_role("row").filter(has_text="this one")).to_have_count(1)
    await browsers.check(here)
    await browsers.picture(here, "sessions")
    await row.get_by_role("button", name="Sign out Mobile Safari on iOS").click()
    await expect(here.locator(".notice[role=status]")).to_have_text("That browser is signed out.")
    await expect(row).to_have_count(0)

    await phone.goto("/w/kestrel-insurance-group/services")

    await expect(phone).to_have_url(re.compile("/sign-in"))
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Sign in")
    await here.reload()
    await expect(here.get_by_role("heading", level=1)).to_have_text("Where you are signed in")
