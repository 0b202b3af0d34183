"""Giving a service another name, on its page."""

import httpx

from tests.portal.browsing import Visit
from tests.portal.business import SERVICES
from tests.portal.fake_services import FakeServices
from tests.portal.operations_answers import detail
from tests.portal.samples import ident

SERVICE = f"/w/northwind/services/{ident('service-1')}"
API = f"/api/provisioning/services/{ident('service-1')}"


async def test_a_service_is_renamed_on_its_page(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    page = await browser.get(SERVICE)
    form = await browser.get(f"{SERVICE}/rename")
    answer = await browser.post(f"{SERVICE}/rename", data={"display_name": " Lyon 3 "})
    fakes.replies["GET", API] = httpx.Response(200, json=detail(SERVICES[0]) | {"display_name": "Lyon 3"})
    after = await browser.get(answer.headers["location"])

    assert f'href="{SERVICE}/rename"' in page.text
    assert f'value="{SERVICES[0]["display_name"]}"' in form.text
    assert fakes.sent("PATCH", API) == [{"display_name": "Lyon 3"}]
    assert (answer.status_code, answer.headers["location"]) == (303, SERVICE)
    assert "<h1>Lyon 3</h1>" in after.text
    assert "The service has a new name." in after.text


async def test_a_name_that_is_refused_is_said_at_its_field(visit: Visit) -> None:
    answer = await visit("jonas").post(f"{SERVICE}/rename", data={"display_name": ""})

    assert answer.status_code == 422
    assert "Please fill this in." in answer.text


async def test_who_may_not_rename_sees_no_button_and_is_refused(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("rosa")

    page = await browser.get(SERVICE)
    answer = await browser.post(f"{SERVICE}/rename", data={"display_name": "Lyon 3"})

    assert "Rename" not in page.text
    assert answer.status_code == 403


async def test_a_service_is_labelled_on_its_page(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    fakes.replies["GET", API] = httpx.Response(200, json=detail(SERVICES[0]) | {"labels": ["billing", "<b>"]})

    page, form = await browser.get(SERVICE), await browser.get(f"{SERVICE}/labels")
    answer = await browser.post(f"{SERVICE}/labels", data={"labels": " prod, team red ,, "})
    refused = await browser.post(f"{SERVICE}/labels", data={"labels": "x" * 41})

    assert ">billing</span>" in page.text
    assert "&lt;b&gt;" in page.text
    assert 'value="billing, &lt;b&gt;"' in form.text
    assert fakes.sent("PUT", f"{API}/labels")[0] == {"labels": ["prod", "team red"]}
    assert (answer.status_code, answer.headers["location"]) == (303, SERVICE)
    assert refused.status_code == 422
    assert "x" * 41 in refused.text
