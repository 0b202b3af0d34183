"""The tabs of a service's page: its work, subscription and activity, and who has access to it (K9)."""

import re

import pytest

from tests.portal.answering import problem
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

SERVICE = f"/w/northwind/services/{ident('service-1')}"
TABS = ("operations", "subscription", "activity", "access")
OFFERED = [f'href="{SERVICE}/{tab}"' for tab in TABS]


@pytest.mark.rule("K9")
async def test_each_tab_is_a_page_of_the_service_and_leads_to_the_others(visit: Visit) -> None:
    browser = visit("jonas")

    for path, title in zip(["", *(f"/{tab}" for tab in TABS)],
                           ["Configuration", "Work", "Billing", "Activity", "Admin"], strict=True):  # fmt: skip
        page = (await browser.get(f"{SERVICE}{path}")).text

        assert all(link in page for link in OFFERED), path
        assert re.search(rf'href="{SERVICE}{path}"\s+aria-current="page">', page), path
        assert f">{title}</h2>" in page


@pytest.mark.rule("K9", "P21")
async def test_support_is_offered_no_money(visit: Visit) -> None:
    rosa = visit("rosa")

    summary, refused = await rosa.get(SERVICE), await rosa.get(f"{SERVICE}/subscription")

    assert f'href="{SERVICE}/subscription"' not in summary.text
    assert refused.status_code == 403


@pytest.mark.rule("K9", "K15")
async def test_activity_is_the_log_of_the_service_page_by_page(visit: Visit, fakes: FakeServices) -> None:
    page = (await visit("jonas").get(f"{SERVICE}/activity?cursor=cursor-1")).text

    asked = next(each.url.params for each in fakes.seen if each.url.path.endswith("/audit/entries"))
    assert (asked["subject_id"], asked["cursor"]) == (ident("service-1"), "cursor-1")
    assert f'href="{SERVICE}/activity?cursor=cursor-2"' in page
    assert f"audit?subject={ident('service-1')}" in page


@pytest.mark.rule("K9", "P23")
async def test_access_names_people_by_role_with_what_they_may_do(visit: Visit) -> None:
    page = (await visit("jonas").get(f"{SERVICE}/access")).text

    admins, *_ = page.split('id="role-admin"')[1].split('id="role-')
    for said in (
        "Cancel a service",
        "Restart and diagnose a service",
        "Reset the credentials of a service",
        "ana@meridian.example",
    ):
        assert said in admins
    assert "by role at Meridian Partners" in admins
    assert "Change the settings of the workspace" not in admins, "only what is about services"


@pytest.mark.parametrize(("tab", "down"), [("subscription", "billing"), ("activity", "audit"), ("access", "users")])
async def test_a_tab_says_so_when_its_service_does_not_answer(
    visit: Visit, fakes: FakeServices, tab: str, down: str
) -> None:
    if down == "users":
        fakes.replies["GET", "/api/identity/users"] = problem(503, "unavailable", "Away")
    else:
        fakes.down = {down}

    page = await visit("jonas").get(f"{SERVICE}/{tab}")

    assert page.status_code == 200
    assert "cannot be shown just now." in page.text
    assert OFFERED[0] in page.text
