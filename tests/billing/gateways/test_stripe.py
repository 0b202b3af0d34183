"""The adapter of Stripe, by its SDK, against the documented shapes of its API. Stripe itself is not asked."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.billing.gateways.choosing import gateway_of
from services.billing.gateways.port import (
    Approved,
    Charge,
    Checkout,
    Declined,
    GatewayUnavailable,
    NeverReceived,
    Processing,
    Refund,
    Setup,
    Unknown,
)
from services.billing.gateways.stripe.adapter import StripeGateway
from services.billing.gateways.stripe.amounts import NotPayable, from_stripe, to_stripe
from services.billing.money import currencies_in_use
from services.billing.settings import Settings
from shared.clock import Clock
from tests.billing.gateways.stripe_server import SECRET, StripeServer
from tests.harness.services import SETTINGS

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
WORKSPACE, GROUP = UUID(int=1), UUID(int=2)


def charge_of(method: str = "pm_card", **fields: Any) -> Charge:
    about: dict[str, Any] = {
        "payment_id": uuid4(), "workspace_id": WORKSPACE, "bill_group_id": GROUP, "kind": "card",
        "method_reference": f"cus_1/{method}", "description": "LC-2027-000001", "amount_minor": 1190, "currency": "EUR",
    }  # fmt: skip
    return Charge(**about | fields)


STRIPE = {"gateway": "stripe", "stripe_api_key": "sk_test_made_up", "stripe_webhook_secret": SECRET}


def settings_with(**more: str) -> Settings:
    values = {"gateway_secret": "s", "service_key": "k"} | {n: SETTINGS[n] for n in ("identity_url", "public_url")}
    urls = dict.fromkeys(("database_url", "worker_database_url"), "postgresql://nobody@localhost/none")
    return Settings(**(values | urls | more))


async def test_an_installation_chooses_it_by_its_settings() -> None:
    settings = settings_with(**STRIPE)
    chosen = [gateway_of(settings, cast(Any, None), Clock()) for _ in range(2)]
    assert isinstance(chosen[0], StripeGateway)
    assert chosen[0] is chosen[1]
    await chosen[0].close()


@pytest.mark.parametrize("missing", ["stripe_api_key", "stripe_webhook_secret"])
def test_without_its_keys_it_does_not_start(missing: str) -> None:
    with pytest.raises(ValidationError, match="BILLING_STRIPE"):
        settings_with(**{name: value for name, value in STRIPE.items() if name != missing})


async def test_a_checkout_is_a_page_of_the_amount_whose_payment_names_ours(
    gateway: StripeGateway, server: StripeServer
) -> None:
    checkout = Checkout(uuid4(), WORKSPACE, "Invoice LC-2027-000001", 1190, "EUR",
                        "https://portal.larkspur.example/w/a", NOW)  # fmt: skip
    first, again = [await gateway.begin_checkout(checkout, key="k1") for _ in range(2)]
    assert first == again
    [_, page] = server.seen[-2:]
    assert page[2]["line_items"]["0"]["price_data"]["unit_amount"] == "1190"
    assert page[2]["payment_intent_data"]["metadata"]["payment_id"] == str(checkout.payment_id)
    assert len(server.objects) == 1


async def test_a_method_is_saved_for_a_customer_who_is_made_once(gateway: StripeGateway, server: StripeServer) -> None:
    setup = Setup(uuid4(), WORKSPACE, GROUP, "sepa_debit", "EUR", "Northwind Logistics", None,
                  "https://portal.larkspur.example/w/a", NOW)  # fmt: skip
    await gateway.begin_setup(setup, key="k1")
    await gateway.begin_setup(setup, key="k1")
    await gateway.begin_setup(replace(setup, known_reference="cus_1/pm_1"), key="k2")
    pages = [o for o in server.objects.values() if o["object"] == "checkout.session"]
    assert [page["customer"] for page in pages] == ["cus_1", "cus_1"]
    assert pages[0]["payment_method_types"] == ["sepa_debit"]
    assert pages[0]["setup_intent_data"]["metadata"]["method_id"] == str(setup.method_id)


async def test_charges_are_approved_processed_or_declined_with_a_reason(
    gateway: StripeGateway, server: StripeServer
) -> None:
    server.method_behaviour = {"pm_debit": "processing", "pm_poor": "insufficient_funds", "pm_odd": "do_not_honor",
                               "pm_3ds": "authentication_required", "pm_plain": "generic_decline"}  # fmt: skip
    assert isinstance(await gateway.charge(charge_of(), key="1"), Approved)
    assert isinstance(await gateway.charge(charge_of("pm_debit", kind="sepa_debit"), key="2"), Processing)
    reasons = [await gateway.charge(charge_of(m), key=m) for m in ("pm_poor", "pm_odd", "pm_3ds", "pm_plain")]
    assert [r.reason for r in reasons if isinstance(r, Declined)] == [
        "insufficient_funds", "do_not_honor", "not_authenticated", "declined",
    ]  # fmt: skip
    assert all(isinstance(r, Declined) and r.reference for r in reasons)


async def test_the_same_key_charges_once_however_often_it_is_sent(gateway: StripeGateway, server: StripeServer) -> None:
    charge = charge_of()
    results = [await gateway.charge(charge, key="once") for _ in range(3)]
    assert len({r.reference for r in results if isinstance(r, Approved)}) == 1
    assert len(server.objects) == 1
    other = replace(charge, amount_minor=1)
    assert isinstance(await gateway.charge(other, key="once"), Unknown | Declined)
    assert len(server.objects) == 1


async def test_a_lost_answer_is_an_unknown_outcome_that_can_be_looked_up(
    gateway: StripeGateway, server: StripeServer
) -> None:
    charge, server.drop = charge_of(), 2  # the SDK's own second try gets lost too
    assert isinstance(await gateway.charge(charge, key="lost"), Unknown)
    found = await gateway.look_up(charge, key="lost")
    assert isinstance(found, Approved)
    assert isinstance(await gateway.look_up(charge, key="never sent"), NeverReceived)
    server.fail_with = 500
    assert isinstance(await gateway.look_up(charge, key="lost"), Unknown)
    assert isinstance(await gateway.charge(charge_of(), key="broken"), Unknown)
    with pytest.raises(GatewayUnavailable):
        await gateway.forget("cus_1/pm_card", key="f")


async def test_a_refund_is_made_once_and_a_forgotten_method_may_be_gone(
    gateway: StripeGateway, server: StripeServer
) -> None:
    paid = await gateway.charge(charge_of(), key="1")
    assert isinstance(paid, Approved)
    refund = Refund(uuid4(), uuid4(), WORKSPACE, paid.reference, 500, "EUR")
    first, again = [await gateway.refund(refund, key="r") for _ in range(2)]
    assert first == again
    assert isinstance(first, Approved)
    assert sum(o["object"] == "refund" for o in server.objects.values()) == 1
    await gateway.forget("cus_1/pm_unknown", key="f")


@given(minor=st.integers(1, 10**9), currency=st.sampled_from(sorted(currencies_in_use())))
def test_amounts_come_back_as_they_went(minor: int, currency: str) -> None:
    """The property that matters most: nothing is charged ten or a hundred times."""
    try:
        amount = to_stripe(minor, currency)
    except NotPayable:
        assert currency in ("BHD", "JOD", "KWD", "OMR", "TND", "MGA") or get_currency_precision(currency) > 2
        return
    assert from_stripe(amount, currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [(1190, "EUR", 1190), (500, "JPY", 500), (500, "ISK", 50000), (500, "UGX", 50000), (5120, "KWD", 5120)],
)
def test_amounts_are_those_of_stripes_table(minor: int, currency: str, amount: int) -> None:
    assert to_stripe(minor, currency) == amount
