"""The plans of a product for the provider's staff: prices over time, new prices, terms, withdrawal and return."""

from uuid import UUID

import httpx
import pytest

from services.portal.products.plan_entries import amount_of, written_amount
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

PLANS = "/provider/larkspur/products/port/plans"
STANDARD = f"{PLANS}/{ident('plan')}"
ENTRY = {
    "display_name": "Quarterly", "currency": "eur", "recurring": "1250,50", "one_off": "0", "interval_months": "3",
    "billed": "in_arrears", "term_months": "12", "at_term_end": "end", "may_pause": "true",
    "terms": "term_months: 12, 24\nspeed_gbps: 10\nmacsec: true",
}  # fmt: skip


async def test_a_product_leads_to_its_plans_with_their_prices_over_time(staff: httpx.AsyncClient) -> None:
    product = (await staff.get("/provider/larkspur/products/port")).text
    text = (await staff.get(STANDARD)).text

    assert f'href="{STANDARD}"' in product
    for said in ("Version 1", "$500.00", "$250.00 once", "3 subscriptions", 'value="500.00"', "keep the prices",
                 "Billed at the end of each period"):  # fmt: skip
        assert said in text


@pytest.mark.rule("I2")
async def test_a_plan_is_published_with_its_terms_as_the_products_fields_have_them(
    staff: httpx.AsyncClient, fakes: FakeServices
) -> None:
    answer = await staff.post(f"{PLANS}/new", data=ENTRY)

    [sent] = fakes.sent("POST", "/api/billing/plans")
    assert answer.status_code == 303
    assert sent == {
        "product_id": ident("port"), "display_name": "Quarterly", "currency": "EUR", "recurring_minor": 125050,
        "one_off_minor": 0, "field_prices": {}, "interval_months": 3, "billed": "in_arrears", "term_months": 12,
        "at_term_end": "end", "may_pause": True,
        "terms": {"term_months": [12, 24], "speed_gbps": [10], "macsec": [True]},
    }  # fmt: skip


async def test_new_prices_are_a_version_of_the_same_plan(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    change = {"currency": "USD", "recurring": "600", "one_off": "250.00", "interval_months": "1", "terms": ""}

    answer = await staff.post(STANDARD, data=change | {"display_name": "Another"})
    text = (await staff.get(STANDARD)).text

    [sent] = fakes.sent("POST", "/api/billing/plans")
    assert answer.headers["location"] == STANDARD
    assert (sent["display_name"], sent["recurring_minor"]) == ("Standard", 60000)
    assert text.index("Version 2") < text.index("Version 1")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"display_name": "Standard"}, "The product has a plan of this name."),
        ({"recurring": "much"}, "Enter an amount, such as 12.50."),
        ({"recurring": "1.234"}, "Enter an amount, such as 12.50."),
        ({"currency": "XXX"}, "Enter a currency by its three letters, such as EUR."),
        ({"interval_months": "some"}, "Enter a whole number."),
        ({"interval_months": "999"}, "This is too large."),
        ({"terms": "term_months 12"}, "Line 1 is not a field, a colon and values."),
        ({"terms": "site: FRA-02\ncolour: red"}, "Line 2: the product has no field colour."),
        ({"terms": "site: BER-01"}, "Line 1: this is not a value of the field site."),
        ({"terms": "term_months: twelve"}, "Line 1: this is not a value of the field term_months."),
    ],
)
async def test_what_is_refused_is_said_at_its_entry_and_nothing_is_lost(
    staff: httpx.AsyncClient, fakes: FakeServices, change: dict[str, str], said: str
) -> None:
    answer = await staff.post(f"{PLANS}/new", data=ENTRY | change)

    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert (ENTRY | change)["recurring"] in answer.text
    assert fakes.published_plans == []


@pytest.mark.rule("I2")
async def test_a_plan_is_withdrawn_after_a_question_and_comes_back(
    staff: httpx.AsyncClient, fakes: FakeServices
) -> None:
    asked = (await staff.get(f"{STANDARD}/withdraw")).text
    assert fakes.withdrawn == set()
    await staff.post(f"{STANDARD}/withdraw")
    withdrawn = (await staff.get(STANDARD)).text
    await staff.post(f"{STANDARD}/offer")

    assert "3 subscriptions of customers are at its prices." in asked
    assert "Offer again" in withdrawn
    assert fakes.withdrawn == set()


async def test_an_unknown_plan_is_not_found(staff: httpx.AsyncClient) -> None:
    answer = await staff.get(f"{PLANS}/{UUID(int=3)}")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("12.5", "EUR", 1250), ("12,50", "EUR", 1250), ("0", "EUR", 0), ("5", "JPY", 5), ("5.5", "JPY", None),
        ("1.234", "KWD", 1234), ("-1", "EUR", None), ("1.000,00", "EUR", None), ("", "EUR", None),
    ],
)  # fmt: skip
def test_amounts_are_read_exactly(written: str, currency: str, minor: int | None) -> None:
    assert amount_of(written, currency) == minor
    assert minor is None or amount_of(written_amount(minor, currency), currency) == minor
