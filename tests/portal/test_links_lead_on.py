"""A link to a page of another workspace leads there through a button; opening it changes nothing."""

import html
import re

import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices, Session


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
