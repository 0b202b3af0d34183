"""Somebody of a partner works on behalf of a customer in each role of a link, in Chromium: orders, changes and deletes
as Regular, changes nothing as Read-Only, troubleshoots as Support without an amount anywhere, and looks after the
company and its users as Admin. The customer sees the visit, and ends it (P17 to P23, P25, P30)."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.browser_user import BrowserUser, OpenBrowser

ANA, TOM, PRIYA = "ana@meridian.example", "tom@meridian.example", "priya@halcyon.example"
COMPANY, SLUG, NODE = "Halcyon Health", "halcyon-health", "records-1"
UPLINK = "Uplink by Tom"
DONE = {"timeout": 40_000}
AMOUNT = re.compile(r"[€$£]\s?\d|\d\s?(?:€|EUR|USD)")
CLIPPED = """() => [...document.querySelectorAll('.behalf, .behalf p, .behalf span, .behalf button')]
    .filter(each => each.offsetParent && (each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0
        && getComputedStyle(each).display !== 'inline'
        || each.getBoundingClientRect().bottom > document.querySelector('.behalf').getBoundingClientRect().bottom + 1))
    .map(each => each.className)"""
"""The parts of the banner that are cut off, or hang out of it."""


@pytest.mark.rule("P17", "P18", "P19", "P20", "P21", "P23", "P25", "P30")
async def test_each_role_does_on_behalf_what_it_may(open_browser: OpenBrowser) -> None:
    ana, tom, priya = await open_browser(), await open_browser(), await open_browser()
    for person, address in ((ana, ANA), (tom, TOM), (priya, PRIYA)):
        await person.sign_in(address)

    await ana_links_tom(ana)
    await tom_enters(tom)
    await as_regular(tom)
    await in_role(ana, "read_only")
    await as_read_only(tom)
    await in_role(ana, "support")
    await as_support(tom)
    await in_role(ana, "admin")
    await as_admin(tom)
    await priya_ends_the_visit(priya, tom)
    await priya_keeps_admins_out(priya, ana)


async def ana_links_tom(ana: BrowserUser) -> None:
    page = await ana.open("/partner/meridian-partners/customers?q=halcyon")
    await page.get_by_role("link", name=f"Manage users of {COMPANY}").click()
    await page.get_by_role("checkbox", name=re.compile(TOM)).check()
    await page.get_by_label("Role", exact=True).select_option("regular")
    await page.get_by_label(re.compile("^Last day")).first.fill("2035-03-04")
    await look_at(ana, page, "link")
    await page.get_by_role("button", name="Link", exact=True).click()
    await expect(page.locator("#sheet").get_by_role("status")).to_have_text(
        f"Tom Becker may work for {COMPANY} with Regular access until Mar 4, 2035."
    )
    await look_at(ana, page, "linked")
    page = await ana.open("/w/meridian-partners/roles?of=customer")
    await expect(page.get_by_role("heading", name="What roles may do")).to_be_visible()
    await look_at(ana, page, "roles")


async def in_role(ana: BrowserUser, role: str) -> None:
    """Ana changes Tom's role, while he works there."""
    page = await ana.open("/partner/meridian-partners/links?q=halcyon")
    await look_at(ana, page, f"links-{role}")
    await page.get_by_role("link", name=f"Change the access of Tom Becker to {COMPANY}").click()
    menu = page.get_by_label(f"Access of Tom Becker to {COMPANY}", exact=True)
    await menu.select_option(role)
    await expect(page.get_by_role("status").filter(has_text="Tom Becker may work")).to_be_visible()
    await page.reload()
    await expect(menu).to_have_value(role)


async def tom_enters(tom: BrowserUser) -> None:
    page = await tom.open("/partner/meridian-partners/customers")
    await page.get_by_role("button", name=f"View {COMPANY}").click()
    banner = page.get_by_role("region", name="Working on behalf of a customer")
    await expect(banner).to_contain_text(COMPANY)
    for width in (320, 390):
        await page.set_viewport_size({"width": width, "height": 844})
        await expect(banner.get_by_text("Regular")).to_be_visible()
        assert await page.evaluate(CLIPPED) == [], f"the banner is not whole at {width} px"
    await look_at(tom, page, "banner")


async def as_regular(tom: BrowserUser) -> None:
    """Orders, changes and deletes (P19)."""
    page = await tom.open(f"/w/{SLUG}/orders/new/port-1g")
    await page.get_by_label("Name of the service").fill(UPLINK)
    await page.get_by_role("button", name="Review the order").click()
    await page.get_by_role("button", name="Place the order").click()
    await expect(page.locator("#progress")).to_contain_text("Fulfilled", **DONE)
    await page.get_by_role("link", name="Open the service").click()
    service = page.url
    await page.get_by_role("link", name="Change", exact=True).click()
    await page.get_by_label("Term in months").select_option("24")
    await page.get_by_role("button", name="Review the change").click()
    await page.get_by_role("button", name="Order the change").click()
    await expect(page.locator("#progress")).to_contain_text("Fulfilled", **DONE)
    await page.goto(service)
    await page.get_by_role("link", name="Cancel", exact=True).click()
    await page.get_by_label("Now").check()
    await page.get_by_label(re.compile("Name of the service")).fill(UPLINK)
    await page.get_by_role("button", name="Cancel the service").click()
    await expect(page.locator("#progress")).to_contain_text("Fulfilled", **DONE)


async def as_read_only(tom: BrowserUser) -> None:
    """Sees all, and is offered no change (P20)."""
    page = await tom.open(f"/w/{SLUG}/services?q=records")
    await page.get_by_role("link", name=NODE).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(NODE)
    await expect_no_link_to(page, "change", "cancel", "suspend", "restart", "rename")
    await tom.open(f"/w/{SLUG}/billing")
    await expect(page.get_by_text(AMOUNT).first).to_be_visible()
    refused = await page.request.post(
        f"/w/{SLUG}/users/invite",
        form={"address": "x@y.example", "display_name": "X", "role": "member"},
        headers={"Origin": tom.browsers.url},
    )
    assert refused.status == 403
    await tom.open(f"/w/{SLUG}/users")
    await expect(page.get_by_role("link", name="Invite user")).to_have_count(0)


async def expect_no_link_to(page: Page, *acts: str) -> None:
    """By where a link would lead: past work is listed there under the names of the acts."""
    for act in acts:
        await expect(page.locator(f"a[href$='/{act}']")).to_have_count(0)


async def as_support(tom: BrowserUser) -> None:
    """Diagnoses, and sees no amount anywhere (P21)."""
    page = await tom.open(f"/w/{SLUG}/services?q=records")
    await page.get_by_role("link", name=NODE).click()
    await page.get_by_role("button", name="Diagnose").click()
    await expect(page.locator("#progress")).to_contain_text("all values are within their limits", **DONE)
    await page.goto(f"/w/{SLUG}/services")
    seen = [
        f"/w/{SLUG}/{path}" for path in ("", "services", "orders", "nodes", "users", "contacts", "audit", "exports")
    ]
    seen += [await page.locator("tbody a.name").first.get_attribute("href") or ""]
    for path in [*seen, f"/w/{SLUG}/orders/new", f"/w/{SLUG}/billing", f"/w/{SLUG}/billing/invoices"]:
        await tom.open(path)
        found = AMOUNT.search(await page.locator("body").inner_text())
        assert found is None, f"{path} shows {found}"
    await tom.open(seen[-1])
    await expect_no_link_to(page, "change", "cancel", "suspend")


async def as_admin(tom: BrowserUser) -> None:
    """Changes the company's settings and invites somebody (P18)."""
    page = await tom.open(f"/w/{SLUG}/settings")
    await page.get_by_label("Company name").fill(f"{COMPANY} Group")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The settings are saved.")).to_be_visible()
    await page.get_by_label("Company name").fill(COMPANY)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_label("Company name")).to_have_value(COMPANY)
    await tom.open(f"/w/{SLUG}/users/invite")
    await page.get_by_label("E-mail address").fill("nell@halcyon.example")
    await page.get_by_label("Name", exact=True).fill("Nell")
    await page.get_by_role("button", name="Send invitation").click()
    await expect(page.get_by_text("The invitation is on its way to nell@halcyon.example.")).to_be_visible()


async def priya_ends_the_visit(priya: BrowserUser, tom: BrowserUser) -> None:
    page = await priya.open(f"/w/{SLUG}/users/of-parent")
    await look_at(priya, page, "of-parent")
    await page.get_by_role("button", name="End the visit of Tom Becker").click()
    await expect(page.get_by_text("The visit is ended.")).to_be_visible()
    await tom.open(f"/w/{SLUG}/services")
    await expect(tom.page.get_by_role("heading", name=f"Your access to {COMPANY} has ended")).to_be_visible()
    line = page.get_by_role("listitem").filter(has_text="Tom Becker was here for")
    for _ in range(40):  # the log hears of it a moment later
        await priya.open(f"/w/{SLUG}/users/visits")
        if await line.count():
            break
    await expect(line.first).to_contain_text("Service ordered")
    await expect(line.first).to_contain_text("ended by somebody else")
    await look_at(priya, page, "visits")
    await line.first.get_by_role("link").click()
    await expect(page.get_by_text("ordered").first).to_be_visible()
    await look_at(priya, page, "visit")
    await priya.open(f"/w/{SLUG}/users/of-parent")
    await page.get_by_text("End the access of Tom Becker…").click()
    await page.get_by_role("button", name="End the access of Tom Becker now").click()
    await expect(page.get_by_text(f"Tom Becker has no access to {COMPANY} any more.")).to_be_visible()


async def priya_keeps_admins_out(priya: BrowserUser, ana: BrowserUser) -> None:
    await priya.page.get_by_role("button", name="Keep the admins of your seller out").click()
    await expect(priya.page.get_by_text("They are kept out of")).to_be_visible()
    page = await ana.open("/partner/meridian-partners/customers?q=halcyon")
    await expect(page.get_by_text("Keeps your admins out")).to_be_visible()
    await expect(page.get_by_role("button", name=f"View {COMPANY}")).to_have_count(0)
    await look_at(ana, page, "kept-out")
    await priya.page.get_by_role("button", name="Let the admins of your seller in").click()
    await expect(priya.page.get_by_text("The admins of your seller may enter again.")).to_be_visible()


async def look_at(person: BrowserUser, page: Page, name: str) -> None:
    for width in (320, 390, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await person.browsers.check(page)
    await person.picture(f"on-behalf-{name}")
