"""The support page: whoever the workspace buys from helps."""

import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices

PATH = "/w/northwind/support"
PARTNERS = {"support_address": "help@meridian.example", "support_phone": "+31 (20) 555 01-00"}
PROVIDERS = {"support_address": "desk@larkspur.example", "support_phone": None, "postal_lines": []}


@pytest.mark.rule("K10")
async def test_a_partners_customers_are_helped_by_the_partner(visit: Visit, fakes: FakeServices) -> None:
    fakes.faces = {
        "meridian": PARTNERS | {"postal_lines": ["7 Ferry Quay", "1012 AB Amsterdam"]},
        "larkspur": PROVIDERS,
    }

    page = (await visit("jonas").get(PATH)).text

    assert "How to reach Meridian Partners" in page
    assert 'href="mailto:help@meridian.example?subject=%5BNWL-20418%5D%20"' in page
    assert '<a href="tel:+31205550100">+31 (20) 555 01-00</a>' in page
    assert "7 Ferry Quay" in page
    assert "desk@larkspur.example" not in page


@pytest.mark.rule("K10")
async def test_without_an_address_of_the_partner_the_provider_helps(visit: Visit, fakes: FakeServices) -> None:
    fakes.faces = {"larkspur": PROVIDERS}

    page = (await visit("jonas").get(PATH)).text

    assert "How to reach Larkspur Cloud" in page
    assert "desk@larkspur.example" in page


@pytest.mark.parametrize("down", [set[str](), {"identity"}])
async def test_where_nobody_is_known_the_address_of_the_settings_is_shown(
    visit: Visit, fakes: FakeServices, down: set[str]
) -> None:
    browser = visit("jonas")
    await browser.get(PATH)
    fakes.down = down

    assert "support@larkspur.example" in (await browser.get(PATH)).text


MORE = {
    "support_hours": "Mon to Fri, 8 to 18 (CET)", "emergency_phone": "+31 (20) 555 01-99",
    "help_url": "https://help.meridian.example/", "status_url": "https://status.meridian.example/",
}  # fmt: skip


@pytest.mark.rule("K10")
async def test_all_ways_to_support_that_a_seller_names_are_on_the_page(visit: Visit, fakes: FakeServices) -> None:
    fakes.faces = {"meridian": PARTNERS | {"postal_lines": []} | MORE}

    page = (await visit("jonas").get(PATH)).text

    assert "Mon to Fri, 8 to 18 (CET)" in page
    assert '<a href="tel:+31205550199">+31 (20) 555 01-99</a>' in page
    assert 'href="https://help.meridian.example/"' in page
    assert 'href="https://status.meridian.example/"' in page


@pytest.mark.rule("K10")
async def test_a_way_that_nobody_has_named_is_not_there(visit: Visit, fakes: FakeServices) -> None:
    fakes.faces = {"meridian": PARTNERS | {"postal_lines": []}}

    page = (await visit("jonas").get(PATH)).text

    assert "In an emergency" not in page
    assert "Help site" not in page
    assert "Status page" not in page


SALES = {"sales_name": "Ella Marsh", "sales_address": "ella@meridian.example", "sales_phone": "+31 20 555 01-20"}


@pytest.mark.rule("I31")
async def test_whom_to_ask_about_products_and_prices(visit: Visit, fakes: FakeServices) -> None:
    fakes.faces = {"meridian": PARTNERS | {"postal_lines": []} | SALES}

    page = (await visit("jonas").get(PATH)).text

    assert "Products and prices" in page
    assert "Ella Marsh" in page
    assert 'href="mailto:ella@meridian.example?subject=%5BNWL-20418%5D%20"' in page
    assert '<a href="tel:+31205550120">+31 20 555 01-20</a>' in page


@pytest.mark.rule("I31")
@pytest.mark.parametrize("named", [{}, {"sales_name": "Ella Marsh"}])
async def test_nobody_is_named_who_cannot_be_reached(visit: Visit, fakes: FakeServices, named: dict[str, str]) -> None:
    fakes.faces = {"meridian": PARTNERS | {"postal_lines": []} | named}

    page = (await visit("jonas").get(PATH)).text

    assert "Products and prices" not in page
    assert "Ella Marsh" not in page
