"""Changing, suspending and cancelling services, on pages (K8, K2, P19, D2)."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.portal.agreeing_answers import cancel_order, change_order
from tests.portal.browsing import Visit
from tests.portal.business import SERVICES
from tests.portal.fake_services import FakeServices, problem
from tests.portal.operations_answers import detail
from tests.portal.samples import ident, on

PORT, NODE = (f"/w/northwind/services/{ident(f'service-{n}')}" for n in (1, 2))
ENTRIES = {
    "plan_version_id": ident("plan-1"), "quantity": "1", "configuration.speed_gbps": "100",
    "configuration.site": "FRA-02", "configuration.term_months": "12",
}  # fmt: skip
WANTED = {
    "service_id": ident("service-1"), "plan_version_id": ident("plan-1"), "quantity": 1, "message": "",
    "configuration": {"speed_gbps": 100, "site": "FRA-02", "term_months": 12, "macsec": False},
    "location_id": None, "wanted_on": None,
}  # fmt: skip
CHANGES, CANCELLATIONS = "/api/provisioning/changes", "/api/provisioning/cancellations"


def shown(fakes: FakeServices, **changes: object) -> None:
    """The port, as it would be."""
    service = detail(SERVICES[0]) | changes
    fakes.replies["GET", f"/api/provisioning/services/{ident('service-1')}"] = httpx.Response(200, json=service)


async def review(browser: httpx.AsyncClient, **changes: str) -> httpx.Response:
    return await browser.post(f"{PORT}/change", data=ENTRIES | changes, follow_redirects=True)


def draft_in(page: httpx.Response) -> str:
    return parse_qs(urlsplit(str(page.url)).query)["draft"][0]


@pytest.mark.rule("K8")
async def test_the_form_begins_with_what_the_service_has(visit: Visit) -> None:
    page = (await visit("jonas").get(f"{PORT}/change")).text

    assert re.search(r'<option value="10"\s+selected>10 Gbps', page)
    assert re.search(rf'value="{ident("plan-1")}"\s+required\s+checked', page)
    assert "As it is now" in page
    assert "Credit for unused days" in page


@pytest.mark.rule("K8")
async def test_what_becomes_different_and_what_it_costs_is_said_before_it_is_ordered(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("jonas")

    page = await review(browser)
    before = fakes.sent("POST", CHANGES)
    ordered = await browser.post(f"{PORT}/change/review", data={"draft": draft_in(page)})
    order = await browser.get(ordered.headers["location"])

    for text in ("100 Gbps", "<s>10 Gbps</s>", "Order the change", "$125.00", "$1,187.50", "Nothing is ordered yet."):
        assert text in page.text
    assert "AMS-01" not in page.text
    assert (before, fakes.sent("POST", CHANGES)) == ([], [WANTED])
    assert ordered.headers["location"] == f"/w/northwind/orders/{ident('change order')}"
    assert "Order ORD-1060 is placed." in order.text
    assert "<s>1 Gbps</s>" in order.text


@pytest.mark.rule("K8")
async def test_the_price_of_the_entries_stands_beside_them(visit: Visit) -> None:
    part = (await visit("jonas").get(f"{PORT}/change/price", params=ENTRIES | {"quantity": "3"})).text

    assert "$1,500.00" in part
    assert "<html" not in part


@pytest.mark.rule("K8")
async def test_what_is_wrong_stands_at_its_field(visit: Visit, fakes: FakeServices) -> None:
    page = await review(visit("jonas"), **{"configuration.speed_gbps": "400"})

    assert re.search(r'id="configuration.speed_gbps-about">', page.text)
    assert "Review the change" in page.text
    assert fakes.sent("POST", CHANGES) == []


@pytest.mark.rule("D2", "K8")
async def test_a_member_asks_for_a_change_and_an_admin_approves_it(visit: Visit, fakes: FakeServices) -> None:
    tomas, jonas = visit("tomas"), visit("jonas")

    page = await review(tomas)
    asked = await tomas.post(
        f"{PORT}/change/review", data={"draft": draft_in(page), "message": "For the launch"}, follow_redirects=True
    )
    waiting = await jonas.get(f"/w/northwind/orders/{ident('change order')}")

    assert "Ask for approval" in page.text
    assert fakes.sent("POST", CHANGES) == [WANTED | {"message": "For the launch"}]
    assert "waits for approval" in asked.text
    for text in ("Approve the change", "Refuse", "<s>1 Gbps</s>", "Credit for unused days"):
        assert text in waiting.text


@pytest.mark.rule("P20", "P21")
@pytest.mark.parametrize("who", ["rosa"])
async def test_who_may_not_is_offered_nothing(visit: Visit, who: str) -> None:
    page, form = [await visit(who).get(path) for path in (PORT, f"{PORT}/change")]

    for path in ("/change", "/cancel", "/suspend"):
        assert f'href="{PORT}{path}"' not in page.text
    assert form.status_code == 403


@pytest.mark.rule("D2")
async def test_a_member_may_ask_to_change_and_cancel_and_not_suspend(visit: Visit) -> None:
    page = (await visit("tomas").get(PORT)).text

    assert f'href="{PORT}/change"' in page
    assert f'href="{PORT}/cancel"' in page
    assert f'href="{PORT}/suspend"' not in page


@pytest.mark.rule("P19", "K2")
async def test_cancelling_says_what_it_means_before(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    form = (await browser.get(f"{PORT}/cancel")).text
    done = await browser.post(
        f"{PORT}/cancel", data={"ends": "period_end", "end_reason": "too_expensive", "message": ""},
        follow_redirects=True,
    )  # fmt: skip

    for text in (
        "$125.00 is paid for later days",
        "costs $3,000.00",
        "with all that it holds",
        "This cannot be undone.",
    ):
        assert text in form
    assert fakes.sent("POST", CANCELLATIONS) == [{
        "service_id": ident("service-1"), "ends": "period_end", "end_reason": "too_expensive", "message": "",
        "wanted_on": None,
    }]  # fmt: skip
    assert "It works until its last day" in done.text


@pytest.mark.rule("P19")
async def test_what_is_deleted_now_is_named_first(visit: Visit, fakes: FakeServices) -> None:
    browser, data = visit("jonas"), {"ends": "now", "end_reason": "not_needed"}

    unnamed = await browser.post(f"{PORT}/cancel", data=data | {"name": "Port"})
    before = fakes.sent("POST", CANCELLATIONS)
    named = await browser.post(f"{PORT}/cancel", data=data | {"name": "Port to the warehouse"})

    assert (unnamed.status_code, before) == (422, [])
    assert "Enter the name of the service" in unnamed.text
    assert named.headers["location"] == f"/w/northwind/orders/{ident('cancel order')}"
    assert len(fakes.sent("POST", CANCELLATIONS)) == 1


@pytest.mark.parametrize("data", [{}, {"ends": "soon", "end_reason": "other"}, {"ends": "now", "end_reason": "<b>"}])
async def test_a_cancellation_that_says_nothing_is_asked_for_again(
    visit: Visit, fakes: FakeServices, data: dict[str, str]
) -> None:
    answer = await visit("jonas").post(f"{PORT}/cancel", data=data)

    assert answer.status_code == 422
    assert "Choose one of the options." in answer.text
    assert fakes.sent("POST", CANCELLATIONS) == []


@pytest.mark.rule("K2")
async def test_a_cancellation_is_undone_on_the_page_of_its_service(visit: Visit, fakes: FakeServices) -> None:
    fakes.agreed = cancel_order("period_end", "scheduled")
    shown(fakes, cancelled_by=ident("cancel order"), ends_on=on(20))
    browser = visit("jonas")

    page = (await browser.get(PORT)).text
    [undo] = re.findall(rf'action="({PORT}/cancel/[^"]+/undo)"', page)
    first, second = [await browser.post(undo, follow_redirects=True) for _ in range(2)]

    assert "This service is cancelled. It ends on" in page
    assert f'href="{PORT}/change"' not in page
    assert "The service goes on." in first.text
    assert "There is no cancellation to undo" in second.text or "undone it already" in second.text


@pytest.mark.rule("P19", "K2")
async def test_a_service_is_suspended_and_resumed(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    port, node = [(await browser.get(f"{path}/suspend")).text for path in (PORT, NODE)]
    suspended = await browser.post(f"{NODE}/suspend", data={"reason": "pause"})
    shown(fakes, state="suspended", suspended_for=["customer"])
    page = (await browser.get(PORT)).text
    resumed = await browser.post(f"{PORT}/resume")

    assert "Pause it" in node
    assert "Pause it" not in port
    assert "its plan cannot be paused" in port
    assert suspended.headers["location"].startswith(f"{NODE}/operations/")
    assert "This service is suspended. It is billed as before." in page
    assert resumed.headers["location"].startswith(f"{PORT}/operations/")
    assert fakes.sent("POST", "/api/provisioning/suspensions") == [
        {"service_id": ident("service-2"), "reason": "pause"},
    ]  # fmt: skip


@pytest.mark.rule("K2")
async def test_what_is_suspended_for_debts_says_so_and_where_to_pay(visit: Visit, fakes: FakeServices) -> None:
    shown(fakes, state="suspended", suspended_for=["overdue"])

    page = (await visit("jonas").get(PORT)).text

    assert "because something is overdue" in page
    assert 'href="/w/northwind/billing">Billing' in page
    assert f'action="{PORT}/resume"' not in page


@pytest.mark.rule("K8")
async def test_a_change_that_failed_says_that_the_service_is_as_before(visit: Visit, fakes: FakeServices) -> None:
    failure = {"failure": "no", "failure_code": "simulator_refused", "failure_values": {"step": 2}}
    fakes.agreed = change_order("failed", **failure)

    page = (await visit("jonas").get(f"/w/northwind/orders/{ident('change order')}")).text

    assert "The service could not be changed." in page
    assert "It is as before, and costs what it did." in page


async def test_a_service_that_is_busy_says_so_on_its_page(visit: Visit, fakes: FakeServices) -> None:
    refusal = problem(409, "service-not-active", "The service is changing.", state="changing")
    for path in (CANCELLATIONS, "/api/provisioning/suspensions"):
        fakes.replies["POST", path] = refusal
    browser = visit("jonas")
    data = {"ends": "period_end", "end_reason": "other", "reason": "customer"}

    answers = [await browser.post(f"{PORT}/{form}", data=data, follow_redirects=True) for form in ("cancel", "suspend")]

    for answer in answers:
        assert "Its page says how the service stands now." in answer.text
