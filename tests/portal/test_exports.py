"""Exporting from a list's page, and the page of one's exports."""

import re

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.exports_answers import FILE, export
from tests.portal.fake_services import FakeServices, problem
from tests.portal.samples import ident

EXPORTS = "/w/northwind/exports"
PAGES = {
    "/w/northwind/services?kind=port": ("provisioning", "services", {"kind": "port"}),
    "/w/northwind/orders": ("provisioning", "orders", {}),
    "/w/northwind/billing/invoices?status=open": ("billing", "invoices", {"status": "open"}),
    "/w/northwind/users": ("identity", "users", {}),
    "/w/northwind/contacts": ("identity", "contacts", {}),
    "/w/northwind/audit?on_behalf=true&since=2026-11-01": (
        "audit",
        "entries",
        {"via": "on_behalf", "from": "2026-11-01T00:00:00+00:00"},
    ),
}


def form_of(page: str) -> dict[str, str]:
    """What a browser sends when the button is pressed."""
    [form] = re.findall(rf'<form method="post" action="{EXPORTS}">(.*?)</form>', page, re.DOTALL)
    hidden = dict(re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)">', form))
    return hidden | {"format": "csv"}


@pytest.mark.parametrize("path", PAGES)
async def test_a_list_is_exported_as_its_page_filters_it(visit: Visit, fakes: FakeServices, path: str) -> None:
    browser, (service, list_, filters) = visit("jonas"), PAGES[path]

    sent = form_of((await browser.get(path)).text)
    answer = await browser.post(EXPORTS, data=sent)

    [body] = fakes.sent("POST", f"/api/{service}/exports")
    request = next(each for each in fakes.seen if each.method == "POST" and each.url.path.endswith("/exports"))
    assert (answer.status_code, answer.headers["location"]) == (303, EXPORTS)
    assert (body["list"], body["format"], body["locale"]) == (list_, "csv", "en-US")
    assert filters.items() <= body["filters"].items()
    assert body["filters"].keys() - filters.keys() <= {"sort", "descending"}
    assert request.headers["idempotency-key"] == sent["idempotency_key"]


async def test_customers_are_exported_in_the_order_of_the_page(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")
    page = (await browser.get("/partner/meridian/customers?q=north&sort=-mrr")).text

    await browser.post("/w/meridian/exports", data=form_of(page.replace("/w/meridian/exports", EXPORTS)))

    [body] = fakes.sent("POST", "/api/identity/exports")
    assert (body["list"], body["filters"]["sort"], body["filters"]["descending"]) == ("customers", "mrr", "true")
    assert body["filters"]["q"] == "north"


async def test_titles_are_asked_for_in_the_persons_language(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas", **{"Accept-Language": "de-AT"})

    await browser.post(EXPORTS, data={"service": "billing", "list": "invoices", "format": "jsonl"})

    [body] = fakes.sent("POST", "/api/billing/exports")
    assert (body["locale"], body["format"]) == ("de-AT", "jsonl")


async def test_the_page_shows_all_exports_and_asks_again_while_one_is_being_made(
    visit: Visit, fakes: FakeServices
) -> None:
    running = export(id=ident("export-2"), list="invoices", state="running", rows=50_000, expires_at=None)
    fakes.exports = {"provisioning": [export()], "billing": [running]}
    browser = visit("jonas")

    page = (await browser.get(EXPORTS)).text
    part = (await browser.get(EXPORTS, headers={"HX-Request": "true"})).text
    fakes.exports["billing"] = [running | {"state": "failed", "expires_at": "2999-01-01T00:00:00Z"}]
    later = (await browser.get(EXPORTS, headers={"HX-Request": "true"})).text

    for text in ("Services", "1,234", "Ready", "Invoices", "50,000", "Being made"):
        assert text in page
    assert page.count('class="btn btn-sm"') == 1, "only what is done can be downloaded"
    assert f"{EXPORTS}/provisioning/{ident('export-1')}/file" in page
    assert 'hx-trigger="every 2s"' in page
    assert part.lstrip().startswith('<div id="exports"')
    assert "every 2s" not in later
    assert "Failed" in later


async def test_an_expired_file_has_no_download(visit: Visit, fakes: FakeServices) -> None:
    fakes.exports = {"provisioning": [export(expires_at="2020-01-01T00:00:00Z")]}

    assert "/file" not in (await visit("jonas").get(EXPORTS)).text


async def test_a_file_is_handed_on_as_the_service_sends_it(visit: Visit, fakes: FakeServices) -> None:
    fakes.exports = {"provisioning": [export()]}

    answer = await visit("jonas").get(f"{EXPORTS}/provisioning/{ident('export-1')}/file")

    assert answer.content == FILE
    assert answer.headers["content-disposition"] == 'attachment; filename="services-2026-11-22.csv"'
    assert answer.headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [(410, "export-over", "It was deleted after a day"), (409, "export-not-ready", "Wait until the export is done.")],
)
async def test_a_refused_download_leads_back_and_says_why(
    visit: Visit, fakes: FakeServices, status: int, kind: str, said: str
) -> None:
    more = {"state": "queued"} if status == 409 else {}
    file = f"/provisioning/exports/{ident('export-1')}/file"
    fakes.replies["GET", f"/api{file}"] = problem(status, kind, "for developers", **more)
    browser = visit("jonas")

    answer = await browser.get(f"{EXPORTS}/provisioning/{ident('export-1')}/file")

    assert (answer.status_code, answer.headers["location"]) == (303, EXPORTS)
    assert said in (await browser.get(EXPORTS)).text


async def test_too_many_exports_are_refused_in_words(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["POST", "/api/billing/exports"] = problem(409, "too-many-exports", "for developers")
    browser = visit("jonas")

    await browser.post(EXPORTS, data={"service": "billing", "list": "invoices", "format": "csv"})

    assert "Wait until one of your exports is finished." in (await browser.get(EXPORTS)).text


@pytest.mark.parametrize("data", [{}, {"service": "nonsense", "list": "x"}, {"service": "api", "list": "x"}])
async def test_a_form_without_a_service_is_not_found(visit: Visit, data: dict[str, str]) -> None:
    assert (await visit("jonas").post(EXPORTS, data=data)).status_code == 404


async def test_exports_of_a_service_that_is_down_are_missing_and_the_others_are_shown(
    visit: Visit, fakes: FakeServices
) -> None:
    fakes.exports = {"provisioning": [export()]}
    fakes.down = {"billing"}

    page = (await visit("jonas").get(EXPORTS)).text

    assert "Some exports cannot be shown just now." in page
    assert "Services" in page


async def test_without_exports_the_page_says_how_to_begin(visit: Visit) -> None:
    page: httpx.Response = await visit("jonas").get(EXPORTS)

    assert "No exports" in page.text
