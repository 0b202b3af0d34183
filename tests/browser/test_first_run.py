"""An empty installation leads its first admin from the link of `portico init` to the first customer, in Chromium."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from deploy.local.stack import PROCESSES, Stack
from tests.browser.browsers import Browsers
from tests.browser.test_branding import drawn
from tests.harness.installation import Installation, installation, start
from tests.notifications.mail_server import MailServer

ROBIN = "robin@larkspur.example"
WHO = ("--provider", "Larkspur Cloud", "--slug", "larkspur", "--admin", ROBIN, "--admin-name", "Robin Larkspur")
SETUP = "/provider/larkspur/setup"
LOOKS = [(width, theme) for width in (1280, 390) for theme in ("light", "dark")]


@pytest.fixture(scope="module")
async def installed() -> AsyncIterator[Installation]:
    """Five services and the portal, nobody in them, and no mail server where they look for one."""

    def bring_up(stack: Stack) -> None:
        start(stack, PROCESSES)

    async with installation(bring_up) as found:
        yield found


@pytest.fixture
async def browsers(chromium: Browser, installed: Installation) -> AsyncIterator[Browsers]:
    """As for the other tests, with this installation."""
    made = Browsers(chromium, installed)
    yield made
    for context in chromium.contexts:
        await context.close()
    assert not made.page_errors, "\n".join(made.page_errors)


async def look_at(browsers: Browsers, page: Page, name: str) -> None:
    for width, theme in LOOKS:
        await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        await page.set_viewport_size({"width": width, "height": 800})
        await browsers.check(page)
        await browsers.picture(page, f"first-run-{name}-{width}-{theme}")
    await page.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.timeout(900)
async def test_first_admin_is_led_from_the_printed_link_to_the_first_customer(
    browsers: Browsers, installed: Installation
) -> None:
    page = await browsers.open(locale="en-GB")

    await sign_in_by_what_init_prints(installed, page)
    await page.get_by_role("link", name="Set up", exact=True).click()
    await expect(page.get_by_text("0 of 5 done")).to_be_visible()
    await look_at(browsers, page, "begin")
    await say_who_we_are(page)
    await show_the_brand(page)
    await have_mails_sent(browsers, installed, page)
    await offer_a_product(page)
    await add_a_customer(page)

    await expect(page.get_by_text("5 of 5 done")).to_be_visible()
    await look_at(browsers, page, "done")
    await page.get_by_role("button", name="Finish setting up").click()
    await expect(page.get_by_text("Setting up is over.")).to_be_visible()
    await expect(page.get_by_role("link", name="Set up", exact=True)).to_have_count(0)
    await expect(page.get_by_role("link", name="Back to setting up")).to_have_count(0)


async def sign_in_by_what_init_prints(installed: Installation, page: Page) -> None:
    said = await installed.portico("init", *WHO)
    [link], [code] = re.findall(r"Link: (\S+)", said), re.findall(r"Code: (\d{6})\b", said)
    await page.goto(link)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_label("6-digit code").fill(code)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("navigation", name="Main").wait_for(state="attached")


async def back(page: Page, done: int) -> None:
    """By the link that every page has meanwhile."""
    await page.get_by_role("link", name="Back to setting up").click()
    await expect(page.get_by_text(f"{done} of 5 done")).to_be_visible()


async def say_who_we_are(page: Page) -> None:
    await page.get_by_role("link", name="Company and support").click()
    await page.locator("#support_address").fill("help@larkspur.example")
    await page.locator("#postal_lines").fill("14 Observatory Lane\n1012 AB Amsterdam")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The settings are saved.")).to_be_visible()
    await back(page, 0)
    await expect(page.get_by_text("Still missing: an imprint, a privacy notice.")).to_be_visible()
    await page.get_by_role("link", name="Legal links").click()
    await page.locator("#imprint_url").fill("https://larkspur.example/imprint")
    await page.locator("#privacy_url").fill("https://larkspur.example/privacy")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The branding is saved.")).to_be_visible()
    await back(page, 1)


async def show_the_brand(page: Page) -> None:
    await page.get_by_role("link", name="Logo and colour").click()
    await page.locator("#logo").set_input_files({"name": "logo.jpg", "mimeType": "image/jpeg", "buffer": drawn()})
    await page.get_by_role("button", name="Upload").click()
    await expect(page.get_by_text("The logo is saved.")).to_be_visible()
    await page.locator("#color").fill("#0a6b50")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The branding is saved.")).to_be_visible()
    await back(page, 2)


async def have_mails_sent(browsers: Browsers, installed: Installation, page: Page) -> None:
    """First there is no mail server; then there is one, and what waits goes to it without a press."""
    await page.get_by_role("button", name="Send a test mail to me").click()
    await expect(page.get_by_text("was not reached")).to_be_visible(timeout=30_000)
    await look_at(browsers, page, "no-mail-server")
    server = MailServer(port=installed.stack.smtp_port)
    await server.start()
    try:
        await page.goto(SETUP)
        await send_again(page)
        await expect(page.get_by_text("accepted the test mail")).to_be_visible(timeout=30_000)
        await page.reload()
        await expect(page.get_by_text("3 of 5 done")).to_be_visible()
        assert "Test mail from your portal" in server.subjects
    finally:
        await server.stop()


async def send_again(page: Page) -> None:
    """A test is taken every ten seconds: until then the page says so, and the button stays."""
    said = page.get_by_text("is being sent")
    for _ in range(10):
        await page.get_by_role("button", name="Send a test mail to me").click()
        await page.wait_for_load_state()
        if await said.count():
            return
        await page.wait_for_timeout(2_000)
    raise AssertionError("no second test mail was taken")


async def offer_a_product(page: Page) -> None:
    await page.get_by_role("link", name="Add a product").click()
    await page.get_by_label("Name", exact=True).fill("Colour box")
    await page.get_by_label("Key", exact=True).fill("colour-box")
    await page.get_by_label("Kind", exact=True).select_option("asset")
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Colour box")
    await back(page, 3)
    await expect(page.get_by_text("Colour box has no price yet")).to_be_visible()
    await page.get_by_role("link", name="Add a plan").click()
    await page.get_by_label("Name", exact=True).fill("Monthly")
    await page.get_by_label("Recurring price").fill("12.50")
    await page.get_by_label("Currency").fill("EUR")
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("link", name="Monthly")).to_be_visible()
    await back(page, 4)


async def add_a_customer(page: Page) -> None:
    await page.locator("#step-customer").get_by_role("link", name="Add customer").click()
    await page.get_by_label("Company name").fill("Zephyr Tools")
    await page.get_by_role("button", name="Add customer").click()
    await expect(page.get_by_text("Zephyr Tools is added")).to_be_visible()
    await page.get_by_label("Name", exact=True).fill("Kim Zephyr")
    await page.get_by_label("E-mail address").fill("kim@zephyr.example")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("kim@zephyr.example is on file.")).to_be_visible()
    await back(page, 4)
    await expect(page.get_by_text("nobody is invited there yet")).to_be_visible()
    await page.locator("#step-customer").get_by_role("link", name="Send invitation").click()
    await page.get_by_role("button", name="Send invitation").click()
    await expect(page.get_by_text("The invitation is on its way.")).to_be_visible()
    await back(page, 5)
