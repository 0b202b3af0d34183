"""The session's workspace counts, not the path's; switching, working on behalf, and what happens when it ends."""

import html
import re
from datetime import timedelta

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices, Session
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


@pytest.mark.rule("D12", "K25")
async def test_a_link_to_another_own_workspace_shows_a_button_that_switches_and_leads_on(
    visit: Visit, fakes: FakeServices
) -> None:
    """Opening it changes nothing: any site can make a browser open a link."""
    browser = visit("mei", **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})

    opened = await browser.get("/w/halcyon/services?kind=port")
    before = fakes.sessions["mei"].acting
    forged = await browser.post("/go-on", data=fields_of(opened.text))
    pressed = await visit("mei").post("/go-on", data=fields_of(opened.text))
    page = await browser.get(pressed.headers["location"])

    assert (opened.status_code, before, forged.status_code) == (409, "northwind", 403)
    assert "You are now working in Northwind Logistics" in opened.text
    assert "This page belongs to Halcyon Health" in opened.text
    assert "Go on in Halcyon Health" in opened.text
    assert pressed.headers["location"] == "/w/halcyon/services?kind=port"
    assert fakes.sessions["mei"].acting == "halcyon"
    assert page.status_code == 200


@pytest.mark.rule("D12", "P25")
async def test_a_link_to_a_customers_page_leads_there_on_behalf(visit: Visit, fakes: FakeServices) -> None:
    """As in the mail to a partner about a customer's new service."""
    browser = visit("tom")

    opened = await browser.get("/w/northwind/services?kind=port")
    before = fakes.sessions["tom"].acting
    pressed = await browser.post("/go-on", data=fields_of(opened.text))

    assert "This page belongs to Northwind Logistics" in opened.text
    assert "Open Northwind Logistics on behalf" in opened.text
    assert (opened.status_code, before) == (409, "meridian")
    assert pressed.headers["location"] == "/w/northwind/services?kind=port"
    assert fakes.sessions["tom"].acting == "northwind"


@pytest.mark.rule("D12", "P25", "P26")
async def test_a_link_leads_from_work_on_behalf_of_one_customer_to_another_workspace(
    visit: Visit, fakes: FakeServices
) -> None:
    fakes.enterable = {"northwind": "meridian", "halcyon": "meridian"}
    browser = visit("tom-on-behalf")

    opened = await browser.get("/w/halcyon/services")
    pressed = await browser.post("/go-on", data=fields_of(opened.text))

    assert "Open Halcyon Health on behalf" in opened.text
    assert "your work on behalf of Northwind Logistics ends" in opened.text
    assert pressed.headers["location"] == "/w/halcyon/services"
    assert len(fakes.sent("POST", "/api/identity/on-behalf/end")) == 1
    assert fakes.sent("POST", "/api/identity/on-behalf") == [{"workspace": "halcyon"}]
    assert (await browser.get("/w/halcyon/services")).status_code == 200


@pytest.mark.rule("D12", "P25")
async def test_a_link_to_a_customer_of_another_of_ones_workspaces_switches_there_first(
    visit: Visit, fakes: FakeServices
) -> None:
    fakes.enterable = {"northwind": "meridian"}
    fakes.sessions["mei"] = Session("jonas", "halcyon", "halcyon", workspaces=["halcyon", "meridian"])

    pressed = await visit("mei").post("/go-on", data={"workspace": "northwind", "return_to": "/w/northwind/orders"})

    assert pressed.headers["location"] == "/w/northwind/orders"
    assert fakes.sent("POST", "/api/identity/sessions/switch") == [{"workspace": "meridian"}]
    assert fakes.sessions["mei"].acting == "northwind"


async def test_going_on_twice_changes_nothing_the_second_time(visit: Visit, fakes: FakeServices) -> None:
    form = {"workspace": "northwind", "return_to": "/w/northwind/orders"}

    answers = [await visit("tom").post("/go-on", data=form) for _ in range(2)]

    assert [each.headers["location"] for each in answers] == ["/w/northwind/orders"] * 2
    assert len(fakes.sent("POST", "/api/identity/on-behalf")) == 1


async def test_nobody_goes_on_where_they_may_not_go(visit: Visit, fakes: FakeServices) -> None:
    answer = await visit("tom-on-behalf").post("/go-on", data={"workspace": "halcyon", "return_to": "/w/halcyon/"})

    assert answer.status_code == 404
    assert fakes.sessions["tom-on-behalf"].acting == "northwind"


async def test_a_form_of_another_workspace_leads_on_to_its_start_page(visit: Visit) -> None:
    opened = await visit("mei").post("/w/halcyon/settings", data={"locale": "de-CH"})

    assert fields_of(opened.text) == {"return_to": "/w/halcyon/", "workspace": "halcyon"}


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example"])
async def test_switching_leads_to_no_other_site(visit: Visit, wanted: str) -> None:
    switched = await visit("mei").post("/switch", data={"workspace": "halcyon", "return_to": wanted})
    gone_on = await visit("tom").post("/go-on", data={"workspace": "northwind", "return_to": wanted})

    assert (switched.headers["location"], gone_on.headers["location"]) == ("/", "/w/northwind/")


def fields_of(page: str) -> dict[str, str]:
    """The fields and the button of the form that switches."""
    main = page.partition('<main id="main"')[2]
    found = re.findall(r'name="(\w+)"\s+value="([^"]*)"', main)
    return {name: html.unescape(value) for name, value in found}


@pytest.mark.rule("D12")
async def test_a_script_of_a_page_left_open_switches_nothing(visit: Visit, fakes: FakeServices) -> None:
    answer = await visit("mei").get("/w/halcyon/services", headers=HTMX)

    assert answer.status_code == 409
    assert answer.headers["hx-retarget"] == "#main"
    assert fakes.sessions["mei"].acting == "northwind"


async def test_a_workspace_of_others_looks_like_one_that_does_not_exist(visit: Visit) -> None:
    for person in ("jonas", "tom"):
        browser = visit(person)

        theirs = await browser.get("/w/halcyon/")
        none = await browser.get("/w/nowhere/")
        odd = await browser.get("/w/No_Such%00/")

        assert theirs.status_code == none.status_code == odd.status_code == 409
        assert theirs.text.replace("halcyon", "") == none.text.replace("nowhere", "")
        assert "Halcyon" not in theirs.text
        assert "/go-on" not in theirs.text + odd.text


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
