"""Previews: what the provider's staff see is what a visitor of the bill group sees, and nothing can be done (O44,
D25)."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from shared.clock import Clock
from tests.portal import samples
from tests.portal.browsing import Visit
from tests.portal.business import INVOICES
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

OPEN = f"/provider/larkspur/customers/{ident('northwind')}/bill-groups/{ident('group')}/preview"
BANNER = re.compile(r'<div class="behalf is-preview".*?</form>\s*</div>\s*', re.DOTALL)
BELL = re.compile(r'<a class="(?:icon-btn|nav-link-row) bell".*?</a>\s*', re.DOTALL)
"""It shows and leads to a person's own notices, of all of their workspaces. A preview shows nobody's."""
KEYS = re.compile(r'key" value="[\w-]+"')
"""What is drawn anew for each form."""
BILLING = "/w/northwind/billing"
PAGES = [
    BILLING,
    f"{BILLING}?group={ident('group')}",
    f"{BILLING}/invoices",
    f"{BILLING}/invoices?status=open",
    *(f"{BILLING}/invoices/{invoice['id']}" for invoice in INVOICES),
    f"{BILLING}/{ident('group')}/contacts/billing",
    f"{BILLING}/{ident('group')}/contacts/shipping",
    "/w/northwind/services",
    "/w/northwind/orders",
    "/w/northwind/support",
    "/w/northwind/users",
]
WRITES = [
    f"{BILLING}/invoices/{ident('LC-2026-000012')}/pay",
    f"{BILLING}/{ident('group')}/contacts/billing",
    "/w/northwind/exports",
    "/w/northwind/settings",
    "/me",
    "/sessions/revoke-others",
    "/w/northwind/users/invite",
]


def without_banner(page: str) -> str:
    return re.sub(r"\s+", " ", KEYS.sub("", BANNER.sub("", page)))


@pytest.mark.rule("O44", "D25")
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en-US", "de-DE"])
async def test_a_page_of_a_preview_is_the_visitors_but_for_the_banner_and_the_bell(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, path: str, language: str
) -> None:
    answered = samples.now()
    monkeypatch.setattr(samples, "now", lambda: answered)  # both are told the same times, and look at the same moment
    for clock in ("now", "real_now"):
        monkeypatch.setattr(Clock, clock, lambda self: answered)
    said = {"Accept-Language": language}
    visitors, preview = await visit("visitor", **said).get(path), await visit("lars-preview", **said).get(path)

    assert preview.status_code == visitors.status_code
    assert len(BANNER.findall(preview.text)) == 1
    assert BANNER.findall(visitors.text) == []
    assert (len(BELL.findall(preview.text)), len(BELL.findall(visitors.text))) == (0, 2)
    assert without_banner(preview.text) == without_banner(BELL.sub("", visitors.text))


@pytest.mark.rule("O44")
async def test_a_preview_opens_on_billing_and_says_what_it_is(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars-support")

    opened = await browser.post(OPEN)
    page = (await browser.get(opened.headers["location"])).text
    left = await browser.post("/w/northwind/exit")

    assert (opened.status_code, opened.headers["location"]) == (303, BILLING)
    assert fakes.sent("POST", "/api/identity/previews") == [
        {"customer_id": ident("northwind"), "bill_group_id": ident("group")}
    ]
    banner = re.sub(r"<[^>]+>|\s+", " ", BANNER.findall(page)[0])
    assert "Preview as customer – read only" in banner
    assert "Berlin" in banner
    assert "15 min left" in banner
    assert "Switch workspace" not in page
    assert left.headers["location"] == "/provider/larkspur/customers"
    assert len(fakes.sent("POST", "/api/identity/previews/end")) == 1
    assert fakes.sent("POST", "/api/identity/on-behalf/end") == []


@pytest.mark.rule("O44")
async def test_a_bill_group_that_is_not_there_opens_nothing(visit: Visit) -> None:
    answer = await visit("lars").post(OPEN.replace(ident("group"), ident("other")))

    assert answer.status_code == 404


@pytest.mark.rule("D25")
@pytest.mark.parametrize("path", WRITES)
async def test_every_form_of_a_preview_is_refused_in_words(visit: Visit, fakes: FakeServices, path: str) -> None:
    browser = visit("lars-preview")
    before = len(fakes.seen)

    answer = await browser.post(path, data={"role": "admin"})
    german = await browser.post(path, headers={"Accept-Language": "de-DE"})

    assert answer.status_code == german.status_code == 403
    assert "A preview is read-only" in answer.text
    assert "Eine Vorschau ist nur zum Lesen" in german.text
    assert {request.url.path for request in fakes.seen[before:]} == {"/api/identity/tokens"}


@pytest.mark.rule("D25")
async def test_a_preview_leaves_no_trace_of_presence(visit: Visit, fakes: FakeServices) -> None:
    fakes.sessions["lars-preview"].last_seen_at = datetime.now(UTC) - timedelta(hours=1)

    await visit("lars-preview").get(BILLING)

    assert fakes.sent("POST", "/api/identity/sessions/presence") == []


@pytest.mark.rule("D25")
async def test_a_preview_that_is_over_says_so_once(visit: Visit, fakes: FakeServices) -> None:
    fakes.sessions["lars"].ended = {"reason": "preview_over", "workspace_display_name": "Northwind Logistics"}
    browser = visit("lars")

    first, second = await browser.get(BILLING), await browser.get("/provider/larkspur/customers")

    assert first.status_code == 403
    assert "The preview of Northwind Logistics has ended" in first.text
    assert second.status_code == 200


@pytest.mark.rule("D12", "D25")
async def test_a_link_to_another_workspace_leaves_the_preview(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars-preview")

    asked = await browser.get("/provider/larkspur/customers")
    gone = await browser.post("/switch", data={"workspace": "larkspur"})

    assert asked.status_code == 409
    assert gone.status_code == 303
    assert len(fakes.sent("POST", "/api/identity/previews/end")) == 1
