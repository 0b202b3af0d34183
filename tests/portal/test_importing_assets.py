"""Entering assets from a file: what is wrong in it, what it would enter, and entering it."""

import re

import httpx
import pytest

from tests.portal.answering import refused_fields
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident
from tests.portal.test_importing_locations import faults

ACCOUNT = f"/provider/larkspur/customers/{ident('northwind')}"
PATH, API = f"{ACCOUNT}/asset-imports", f"/api/provisioning/asset-imports/{ident('northwind')}"
FILE = "Serial number;Product;Deployed at;Condition\r\nLKG-1;Edge gateway;Berlin;\r\nLKG-2;Edge gateway;Berlin;Worn\r\n"


async def check(browser: httpx.AsyncClient, content: str) -> httpx.Response:
    return await browser.post(PATH, files={"file": ("assets.csv", content.encode())})


@pytest.mark.rule("L1")
async def test_a_file_is_shown_first_and_entered_as_it_was_shown(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")

    account = (await browser.get(ACCOUNT)).text
    empty = (await browser.get(PATH)).text
    shown = await check(browser, FILE)
    [carried] = re.findall(r'name="content" value="([^"]*)"', shown.text)
    done = await browser.post(PATH, data={"content": carried, "idempotency_key": "a-key-of-this-form"})

    assert f'href="{PATH}"' in account
    assert ("New, Good, Worn, Damaged" in empty, "At most 200 rows" in empty) == (True, True)
    assert "1 asset would be entered, and billed from now on." in shown.text
    assert "1 is there already and stays as it is." in shown.text
    assert "<li>LKG-2, Berlin</li>" in shown.text
    assert (done.status_code, done.headers["location"]) == (303, ACCOUNT)
    assert fakes.sent("POST", API)[0]["rows"][1] == {
        "serial_number": "LKG-2", "product": "Edge gateway", "location": "Berlin", "condition": "worn",
    }  # fmt: skip


@pytest.mark.rule("L1")
async def test_what_is_wrong_is_said_by_the_line(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")

    refused = await check(browser, FILE + "LKG-3;Edge gateway;Nowhere;\r\n")
    missing = await check(browser, "Product\r\nEdge gateway\r\n")

    assert (refused.status_code, missing.status_code) == (422, 422)
    assert faults(refused) == [["Line 4", "Deployed at", "The customer has no open location of this name."]]
    assert ["Line 1", "Serial number", "This column is missing."] in faults(missing)
    assert fakes.sent("POST", API) == []


async def test_too_many_rows_are_refused_in_words(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["POST", f"{API}/check"] = refused_fields(rows="too_long")

    answer = await check(visit("lars"), FILE)

    assert answer.status_code == 422
    assert faults(answer)[0][0] == "The whole file"


async def test_the_example_is_a_file_that_can_be_read(visit: Visit) -> None:
    browser = visit("lars")

    example = await browser.get(f"{PATH}/example/file")
    shown = await check(browser, example.content.decode("utf-8-sig"))

    assert "assets.csv" in example.headers["content-disposition"]
    assert "2 assets would be entered" in shown.text


@pytest.mark.rule("P20")
async def test_who_may_not_do_the_work_enters_nothing(visit: Visit) -> None:
    browser = visit("lars-support")

    assert (await browser.get(PATH)).status_code == 403
