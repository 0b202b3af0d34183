"""A partner invites a customer, works on behalf and the customer pays, in Chromium."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.browser_user import CODE, LINK, BrowserUser, OpenBrowser
from tests.browser.browsers import ask_for_mail
from tests.harness.installation import HIDDEN_INACTIVE, Installation, real_now

NAME, SLUG, JONAS = "Northwind Logistics", "northwind-logistics", "jonas@northwind.example"
ANA, TOM = "ana@meridian.example", "tom@meridian.example"


@pytest.mark.rule("L4", "L5", "L8", "L9", "L10", "L11", "L12", "P2", "P4", "P15", "P16", "P17")
@pytest.mark.rule("P24", "P25", "P26", "D10", "D12", "D19")
async def test_a_partner_invites_links_and_works_on_behalf(open_browser: OpenBrowser, installed: Installation) -> None:
    ana, tom, jonas = await open_browser(), await open_browser(), await open_browser()
    await ana.sign_in(ANA)
    await tom.sign_in_by_code(TOM)

    await ana_invites(ana)
    await jonas_joins(jonas)
    await ana_links_tom(ana, tom)
    await tom_orders(tom)
    await jonas_pays(installed, open_browser)
    await ana_sees_and_unlinks(ana, tom)


async def ana_invites(ana: BrowserUser) -> None:
    page = await ana.open("/partner/meridian-partners/invitations")
    row = page.locator(f"[data-row={SLUG}]")
    await expect(row).to_contain_text("Not Connected")
    await ana.picture("invitations")
    await row.get_by_role("link", name=f"invite {NAME}").click()
    await expect(page.get_by_role("button", name="Send invitation")).to_be_disabled()  # no address is on file yet
    await page.get_by_role("link", name="Add address").click()
    await page.get_by_label("Name", exact=True).fill("Jonas Weber")
    await page.get_by_label("E-mail address").fill(JONAS)
    await page.get_by_role("button", name="Save").click()
    await page.locator(f"[data-row={SLUG}]").get_by_role("link", name=f"invite {NAME}").click()
    await expect(page.get_by_role("heading", name="Send Invitation?")).to_be_visible()
    await page.get_by_role("button", name="Send invitation").click()
    await expect(row).to_contain_text("Invited on")
    await expect(row.get_by_role("link", name=f"Not Connected: invite {NAME}")).to_be_visible()


async def jonas_joins(jonas: BrowserUser) -> None:
    link = await jonas.mailed(JONAS, r"(http\S+/invite\?t=\S+)", real_now().replace(year=2020))
    page = jonas.page
    await page.goto(link)
    await expect(page.get_by_role("heading", name=f"Join {NAME}")).to_be_visible()
    await jonas.picture("join")
    asked_at = real_now()
    await page.get_by_role("button", name="Accept the invitation").click()
    await page.get_by_label("6-digit code").fill(await jonas.mailed(JONAS, CODE, asked_at))
    await page.get_by_role("button", name=f"Join {NAME}").click()
    await expect(page).to_have_url(re.compile(f"/w/{SLUG}/"))
    await jonas.picture("overview-empty")


async def ana_links_tom(ana: BrowserUser, tom: BrowserUser) -> None:
    await tom.open("/partner/meridian-partners/customers")
    await expect(tom.page.get_by_text("No customers yet")).to_be_visible()
    page = await ana.open("/partner/meridian-partners/customers")
    await ana.picture("customers")
    await page.get_by_role("link", name=f"Manage users of {NAME}").click()
    offered = page.get_by_role("group", name=f"Link users to {NAME}")
    await expect(offered.get_by_role("checkbox", name=re.compile("ana@"))).to_have_count(0)
    await offered.get_by_role("checkbox", name=re.compile(TOM)).check()
    await page.get_by_role("button", name="Link", exact=True).click()
    await expect(page.locator("#sheet").get_by_role("status")).to_have_text(
        f"Tom Becker may work for {NAME} with Support access now."
    )
    role = page.get_by_label(f"Access of Tom Becker to {NAME}", exact=True)
    await expect(role).to_have_value("support")
    await ana.picture("manage-users")
    await tom.open("/partner/meridian-partners/customers")
    await expect(tom.page.locator(f"[data-row={SLUG}]")).to_contain_text("Hidden with Support access")

    await role.select_option("regular")
    await expect(page.locator("#sheet").get_by_role("status")).to_have_text(
        f"Tom Becker may work for {NAME} with Regular access now."
    )
    await expect(role).to_have_value("regular")
    await tom.page.reload()
    await expect(tom.page.locator(f"[data-row={SLUG}]")).not_to_contain_text("Hidden")


async def tom_orders(tom: BrowserUser) -> None:
    page = tom.page
    stale = await page.context.new_page()
    await stale.goto("/partner/meridian-partners/customers")
    await page.get_by_role("button", name=f"View {NAME}").click()
    banner = page.get_by_role("region", name="Working on behalf of a customer")
    await expect(banner).to_contain_text(NAME)
    await expect(banner).to_contain_text("Regular")
    await stale.get_by_role("button", name=f"View {NAME}").click()
    await expect(stale.get_by_role("heading", name=f"You are now working in {NAME}")).to_be_visible()
    await stale.close()

    await tom.open(f"/w/{SLUG}/orders/new")
    await tom.picture("catalogue")
    await tom.open(f"/w/{SLUG}/orders/new/port-10g")
    await page.get_by_label("Location").select_option(label="Amsterdam")
    await tom.picture("configure")
    await page.get_by_role("button", name="Review the order").click()
    await expect(page.get_by_role("heading", name="Review the order")).to_be_visible()
    await page.get_by_role("button", name="Place the order").click()
    await expect(page.locator("#progress").get_by_role("status")).to_have_text(re.compile(r"\d of \d steps done"))
    await expect(page.get_by_role("link", name="Open the service")).to_be_visible(timeout=40_000)
    await tom.picture("order-done")
    await page.get_by_role("region", name="Working on behalf of a customer").get_by_role("button").click()
    await expect(page.get_by_role("region", name="Working on behalf of a customer")).to_have_count(0)


async def jonas_pays(installed: Installation, open_browser: OpenBrowser) -> None:
    installed.advance(days=15.01)
    jonas = await open_browser()
    asked_at = real_now()
    elsewhere = await open_browser()
    await ask_for_mail(elsewhere.page, JONAS)
    await jonas.page.goto(await jonas.mailed(JONAS, LINK, asked_at))
    await jonas.page.get_by_role("button", name="Sign in").click()
    await expect(jonas.page.get_by_role("heading", name="Enter the code as well")).to_be_visible()
    await jonas.page.get_by_label("6-digit code").fill(await jonas.mailed(JONAS, CODE, asked_at))
    await jonas.page.get_by_role("button", name="Sign in").click()

    await expect(jonas.page).to_have_url(re.compile(f"/w/{SLUG}/"))
    await jonas.mailed(JONAS, r"(LC-\d{4}-\d+)", asked_at.replace(year=2020))
    await jonas.open(f"/w/{SLUG}/billing")
    for fact in ("Outstanding", "Next billing", "frequency", "Auto-pay"):
        await expect(jonas.page.get_by_text(re.compile(fact, re.IGNORECASE)).first).to_be_visible()
    await jonas.picture("billing")
    await jonas.page.get_by_role("link", name=re.compile(r"^LC-")).first.click()
    await jonas.picture("invoice")
    async with jonas.page.expect_download() as pdf:
        await jonas.page.get_by_role("link", name=re.compile("PDF")).first.click()
    assert (await pdf.value).suggested_filename.endswith(".pdf")
    state = jonas.page.get_by_role("status").filter(has_text="Status of this invoice")
    await expect(state).to_have_text("Status of this invoice: Open")
    await jonas.page.get_by_role("button", name=re.compile("^Pay")).first.click()
    await jonas.page.get_by_role("button", name="Pay", exact=True).click()
    await expect(state).to_have_text("Status of this invoice: Paid", timeout=30_000)


async def ana_sees_and_unlinks(ana: BrowserUser, tom: BrowserUser) -> None:
    page = await ana.open("/partner/meridian-partners/customers")
    await expect(page.get_by_role("row").filter(has_text=HIDDEN_INACTIVE)).to_have_count(1)
    await ana.open("/partner/meridian-partners/customers?hide_inactive=true")
    await expect(page.locator(f"[data-row={SLUG}]")).to_be_visible()
    await expect(page.get_by_role("row").filter(has_text=HIDDEN_INACTIVE)).to_have_count(0)
    await ana.picture("customers-active")
    await tom.open("/partner/meridian-partners/customers")
    await tom.page.get_by_role("button", name=f"View {NAME}").click()
    await expect(tom.page.get_by_role("region", name="Working on behalf of a customer")).to_be_visible()

    await page.get_by_role("link", name=f"Manage users of {NAME}").click()
    await page.get_by_role("button", name=f"Revoke the access of Tom Becker to {NAME}").click()
    await expect(page.get_by_text(f"Nobody is linked to {NAME} yet.")).to_be_visible()
    await tom.open(f"/w/{SLUG}/orders")

    await expect(tom.page.get_by_role("heading", name=f"Your access to {NAME} has ended")).to_be_visible()
    await tom.picture("access-ended")
