"""A seller opens the portal of a bill group, and one of its people signs in by the link, in Chromium."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.browser_user import CODE, BrowserUser, OpenBrowser
from tests.harness.installation import Installation, real_now

ANA, SLUG, NAME = "ana@meridian.example", "halcyon-health", "Halcyon Health"
EVA = "eva.klein@halcyon-pay.example"
GROUP = """
UPDATE bill_groups b SET has_contract = true FROM workspaces w
WHERE w.workspace_id = b.workspace_id AND w.slug = $1 RETURNING w.workspace_id, b.bill_group_id AS id
"""
"""The bill group, with the contract that billing tells of."""


@pytest.mark.rule("O33", "O34", "O35", "O36", "O39", "O41", "O42", "O43", "O29", "D14")
async def test_a_seller_lets_a_domain_in_and_a_visitor_sees_that_bill_group_alone(
    open_browser: OpenBrowser, installed: Installation
) -> None:
    ana, eva = await open_browser(), await open_browser()
    async with installed.database("identity") as identity:
        found = await identity.fetchrow(GROUP, SLUG)
    assert found
    sheet = f"/partner/meridian-partners/customers/{found['workspace_id']}/bill-groups/{found['id']}/access"
    await ana.sign_in(ANA)

    link = await ana_lets_a_domain_in(ana, sheet)
    await eva_signs_in(eva, link)
    await eva_looks_around(eva)
    await ana_removes_it(ana, sheet)

    await eva.open(f"/w/{SLUG}/billing")
    await expect(eva.page).to_have_url(re.compile("/sign-in"))


async def ana_lets_a_domain_in(ana: BrowserUser, sheet: str) -> str:
    page = await ana.open(sheet)
    await expect(page.get_by_text("Nobody has access yet.")).to_be_visible()
    await page.get_by_label("E-mail address").fill(f"{EVA}, kai@halcyon-pay.example")
    await page.get_by_role("button", name="Add address").click()
    await expect(page.get_by_text("One entry at a time, without commas or spaces.").first).to_be_visible()
    await page.get_by_label("Domain", exact=True).fill("halcyon-pay.example")
    await page.get_by_role("button", name="Add domain").click()
    await expect(page.get_by_text("halcyon-pay.example may sign in now.").first).to_be_visible()
    await expect(page.get_by_text("Nobody can sign in yet.")).to_have_count(0)
    await ana.browsers.check(page)
    await ana.picture("portal-access")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy Portal Link").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    return str(await page.evaluate("navigator.clipboard.readText()"))


async def eva_signs_in(eva: BrowserUser, link: str) -> None:
    page, asked_at = eva.page, real_now()
    await page.goto(link)
    await eva.browsers.check(page)
    await eva.picture("portal-sign-in")
    await page.get_by_label("E-mail address").fill(EVA)
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_label("6-digit code").fill(await eva.mailed(EVA, CODE, asked_at))
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(re.compile(f"/w/{SLUG}/billing"))


async def eva_looks_around(eva: BrowserUser) -> None:
    page = eva.page
    for fact in ("Outstanding balance", "Next billing date", "Billing frequency", "Auto-pay", "Subscriptions"):
        await expect(page.get_by_role("heading", name=fact)).to_be_visible()
    await expect(page.get_by_label("Bill group", exact=True)).to_have_count(0)
    await eva.picture("portal-billing")
    side_bar = page.get_by_role("navigation", name="Main")
    await expect(side_bar.get_by_role("link", name="Users")).to_have_count(0)
    for path in await side_bar.get_by_role("link").evaluate_all("all => all.map(each => each.getAttribute('href'))"):
        answer = await page.goto(path)
        assert answer
        assert answer.status == 200, path
        assert await page.get_by_text("hidden with your role").all_inner_texts() == [], path
        await eva.browsers.check(page)


async def ana_removes_it(ana: BrowserUser, sheet: str) -> None:
    page = await ana.open(sheet)
    await page.get_by_role("link", name="Remove halcyon-pay.example").click()
    await expect(page.get_by_text("1 person has signed in by this.")).to_be_visible()
    await page.get_by_role("button", name="Remove access").click()
    await expect(page.get_by_text("halcyon-pay.example may not sign in any more.")).to_be_visible()
