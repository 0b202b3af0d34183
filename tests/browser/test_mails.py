"""The pages that show what mails look like, in a real browser: the frame shows the mail and runs nothing."""

from playwright.async_api import Page, expect

from deploy.demo import companies
from tests.browser.browsers import Browsers

STYLE = "element => getComputedStyle(element).backgroundColor"
TOP_AND_BOTTOM = "element => (({top, bottom}) => [top, bottom])(element.getBoundingClientRect())"


async def open_mail(browsers: Browsers, title: str) -> Page:
    """The page of a mail, by the links that lead to it."""
    page = await browsers.open(companies.ROBIN.address)
    await page.goto("/")
    await page.get_by_role("link", name="Mails", exact=True).click()
    await page.get_by_role("link", name=title, exact=True).click()
    return page


async def test_staff_look_at_a_mail_in_both_languages(browsers: Browsers) -> None:
    page = await open_mail(browsers, "New invoice")

    await expect(page.get_by_role("heading", level=1)).to_have_text("New invoice")
    mail = page.frame_locator("iframe")
    await expect(mail.get_by_role("heading", level=1)).to_have_text("Your invoice of €2,313.36")
    assert await mail.get_by_role("link", name="View and pay the invoice").evaluate("element => !!element.href")
    assert await mail.locator("table a").locator("xpath=..").evaluate(STYLE) == "rgb(79, 70, 229)", (
        "with its own styles"
    )

    await page.get_by_role("link", name="Deutsch").click()

    await expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_text(
        "Ihre Rechnung über 2.313,36 €"
    )
    await expect(page.get_by_role("heading", level=1)).to_have_text("New invoice")
    await browsers.check(page)
    await browsers.picture(page, "provider-mail-german")


async def test_the_frame_leads_nowhere(browsers: Browsers) -> None:
    page = await open_mail(browsers, "New invoice")
    address = page.url

    answer = await page.request.get(f"{address}/content")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert await page.frame_locator("iframe").locator("html").evaluate("() => window.origin") == "null"
    assert page.url == address


async def test_on_a_phone_the_cases_are_above_the_mail(browsers: Browsers) -> None:
    page = await open_mail(browsers, "Payment failed")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Payment failed")
    await page.set_viewport_size({"width": 390, "height": 800})

    cases = await page.get_by_role("region", name="Cases").evaluate(TOP_AND_BOTTOM)
    mail = await page.get_by_role("region", name="Mail", exact=True).evaluate(TOP_AND_BOTTOM)
    assert cases[1] <= mail[0] < 500, "all of them, however many there are"
    await browsers.check(page)

    await page.get_by_role("link", name="The payment service did not accept it.", exact=True).click()

    shown = page.frame_locator("iframe").get_by_role("paragraph")
    await expect(shown.filter(has_text="The payment service did not accept it.")).to_be_visible()
