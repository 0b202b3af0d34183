"""The session's workspace counts, not the path's; switching, working on behalf, and what happens when it ends."""

import re
from datetime import timedelta

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

HTMX = {"HX-Request": "true", "Sec-Fetch-Mode": "cors"}


@pytest.mark.rule("D12", "P26")
async def test_a_page_left_open_on_another_workspace_is_refused_before_it_changes_anything(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("tom-on-behalf")

    answer = await browser.post("/partner/meridian/customers/new", data={"display_name": "Somebody"})

    assert answer.status_code == 409
    assert "You are now working in Northwind Logistics" in answer.text
    assert fakes.sent("POST", "/api/identity/customers") == []


@pytest.mark.rule("D12")
async def test_opening_a_page_does_not_end_work_on_behalf(visit: Visit, fakes: FakeServices) -> None:
    answer = await visit("tom-on-behalf").get("/partner/meridian/customers")

    assert answer.status_code == 409
    assert "Go on in Meridian Partners" in answer.text
    assert "your work on behalf of Northwind Logistics ends" in answer.text
    assert fakes.sessions["tom-on-behalf"].acting == "northwind"


@pytest.mark.rule("D12")
async def test_a_script_of_a_page_left_open_switches_nothing(visit: Visit, fakes: FakeServices) -> None:
    answer = await visit("mei").get("/w/halcyon/services", headers=HTMX)

    assert answer.status_code == 409
    assert answer.headers["hx-retarget"] == "#main"
    assert fakes.sessions["mei"].acting == "northwind"


@pytest.mark.rule("K25", "K26")
async def test_only_people_with_several_workspaces_see_the_switcher(visit: Visit) -> None:
    several = await visit("mei").get("/w/northwind/")
    one = await visit("jonas").get("/w/northwind/")

    assert "Switch workspace" in several.text
    assert 'value="halcyon"' in several.text
    assert "Switch workspace" not in one.text


@pytest.mark.rule("P25", "P30")
async def test_view_opens_the_customers_portal_and_says_for_whom_and_as_whom(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("tom")

    opened = await browser.post("/partner/meridian/customers/northwind/view")
    page = await browser.get(opened.headers["location"])

    banner = " ".join(re.sub("<[^>]+>", "", page.text.partition('class="behalf"')[2]).split())
    assert "Working in Northwind Logistics for Meridian Partners as Regular. What you do" in banner
    assert "tom@meridian.example" in page.text


async def test_exit_leads_back_to_the_customers(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("tom-on-behalf")

    answer = await browser.post("/w/northwind/exit")
    page = await browser.get(answer.headers["location"])

    assert answer.headers["location"] == "/partner/meridian/customers"
    assert "You have left Northwind Logistics." in page.text
    assert "Working in" not in page.text


@pytest.mark.rule("P24", "D14")
async def test_the_click_after_access_was_taken_away_is_refused_and_says_why(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("tom-on-behalf")
    session = fakes.sessions["tom-on-behalf"]
    session.acting, session.role = "meridian", "member"
    session.ended = {"reason": "revoked", "workspace_display_name": "Northwind Logistics"}

    answer = await browser.post("/w/northwind/orders/new/port", data={"step": "place"})

    assert answer.status_code == 403
    assert "Your access to Northwind Logistics has ended" in answer.text
    assert "taken your access away" in answer.text
    assert fakes.sent("POST", "/api/provisioning/orders") == []


async def test_while_identity_does_not_answer_the_last_page_context_is_used_until_it_expires(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("jonas")
    await browser.get("/w/northwind/services")
    fakes.down = {"identity"}

    still = await browser.get("/w/northwind/services")
    fakes.down, fakes.token_life = set(), timedelta(seconds=-1)
    await browser.get("/w/northwind/services")
    fakes.down = {"identity"}
    over = await browser.get("/w/northwind/services")

    assert still.status_code == 200
    assert over.status_code == 503
    assert "retry-after" in over.headers


async def test_a_session_that_was_ended_elsewhere_leads_to_sign_in(visit: Visit, fakes: FakeServices) -> None:
    fakes.sessions.clear()

    page = await visit("jonas").get("/w/northwind/services")
    part = await visit("jonas").get(f"/w/northwind/orders/{ident('order')}/progress", headers=HTMX)

    assert page.headers["location"].startswith("/sign-in?return_to=")
    assert part.headers["hx-redirect"].startswith("/sign-in")


async def test_a_service_that_is_down_affects_only_its_own_section(visit: Visit, fakes: FakeServices) -> None:
    fakes.down = {"billing"}

    answer = await visit("jonas").get("/w/northwind/")

    assert answer.status_code == 200
    assert "Billing cannot be shown just now" in answer.text
    assert "Port to the warehouse" in answer.text


@pytest.mark.rule("P21")
async def test_support_sees_services_and_no_money(visit: Visit, fakes: FakeServices) -> None:
    answer = await visit("rosa").get("/w/northwind/")

    assert "Port to the warehouse" in answer.text
    assert "$" not in answer.text
    assert not [each for each in fakes.seen if each.url.path.startswith("/api/billing")]


@pytest.mark.rule("K10")
async def test_the_support_page_says_how_to_reach_support(visit: Visit) -> None:
    answer = await visit("jonas").get("/w/northwind/support")

    assert "support@larkspur.example" in answer.text
    assert "NWL-20418" in answer.text


async def test_the_server_renders_the_page_in_the_chosen_theme(visit: Visit) -> None:
    browser = visit("jonas")

    chosen = await browser.post("/theme", data={"theme": "dark", "return_to": "/w/northwind/"})
    page = await browser.get(chosen.headers["location"])

    assert 'data-bs-theme="dark"' in page.text


@pytest.mark.rule("D12")
async def test_switching_from_a_customer_to_an_own_workspace_uses_the_persons_own_token(
    visit: Visit, fakes: FakeServices
) -> None:
    fakes.sessions["tom-on-behalf"].workspaces.append("halcyon")

    await visit("tom-on-behalf").post("/switch", data={"workspace": "halcyon"})

    asked = [each.url.path for each in fakes.seen]
    assert asked == [
        "/api/identity/tokens",
        "/api/identity/on-behalf/end",
        "/api/identity/tokens",
        "/api/identity/sessions/switch",
    ]
    assert fakes.sessions["tom-on-behalf"].acting == "halcyon"


async def test_a_workspace_that_is_set_up_has_no_first_steps_and_does_not_count_its_people(
    visit: Visit, fakes: FakeServices
) -> None:
    page = await visit("jonas").get("/w/northwind/")

    assert "First steps" not in page.text
    assert fakes.reads("/api/identity/users") == 0


async def test_a_new_workspace_is_led_through_its_first_steps(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["GET", "/api/provisioning/services"] = httpx.Response(200, json={"items": [], "next": None})

    page = await visit("jonas").get("/w/northwind/")

    assert "Order your first service" in page.text
    assert "Say who gets the invoices<span" in page.text, "it is done"
    assert "Invite a colleague" in page.text


async def test_first_steps_are_only_those_that_a_person_may_take(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["GET", "/api/provisioning/services"] = httpx.Response(200, json={"items": [], "next": None})

    page = await visit("rosa").get("/w/northwind/")

    assert "First steps" not in page.text
    assert fakes.reads("/api/identity/users") == 0
