"""The adapter of Stripe, by its SDK, against the documented shapes of its API. Stripe itself is not asked."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
import stripe
from aiohttp.test_utils import TestServer
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.billing.gateways.choosing import gateway_of
from services.billing.gateways.events import (
    DisputeLost,
    DisputeOpened,
    DisputeWon,
    MethodRemoved,
    MethodSaved,
    PaymentDeclined,
    PaymentProcessing,
    PaymentReceived,
    PaymentReturned,
    RefundDone,
    RefundFailed,
)
from services.billing.gateways.port import (
    Approved,
    Charge,
    Checkout,
    Declined,
    GatewayEventRefused,
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
from tests.billing.gateways.stripe_server import StripeServer
from tests.harness.services import SETTINGS

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
SECRET = "whsec_made_up"
WORKSPACE, GROUP = UUID(int=1), UUID(int=2)


@pytest.fixture
def server() -> StripeServer:
    return StripeServer()


@pytest.fixture
async def gateway(server: StripeServer) -> AsyncIterator[StripeGateway]:
    async with TestServer(server.app()) as running:
        gateway = StripeGateway("sk_test_made_up", SECRET, api_base=str(running.make_url("")).rstrip("/"))
        yield gateway
        await gateway.close()


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


# What Stripe tells.


def event(kind: str, about: dict[str, Any], **fields: Any) -> bytes:
    said = {"id": f"evt_{kind}", "object": "event", "type": kind, "livemode": False, "data": {"object": about}}
    return json.dumps(said | fields).encode()


def signed(body: bytes, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    stamp = int(at.timestamp())
    header = stripe.WebhookSignature.generate_signature_header(body.decode(), secret, stamp)
    return {"stripe-signature": header}


PAYMENT = UUID(int=7)
NAMED = {"payment_id": str(PAYMENT), "workspace_id": str(WORKSPACE), "by": "charge"}
INTENT = {"id": "pi_9", "object": "payment_intent", "amount": 1190, "amount_received": 1190, "currency": "eur",
          "payment_method_types": ["card"], "metadata": NAMED, "status": "succeeded"}  # fmt: skip


async def told(gateway: StripeGateway, kind: str, about: dict[str, Any]) -> Any:
    body = event(kind, about)
    callback = await gateway.read_callback(body, signed(body), now=NOW)
    assert callback.signed_at == NOW
    return next(iter(callback.events), None)


async def test_payments_are_told_by_their_intents(gateway: StripeGateway) -> None:
    received = await told(gateway, "payment_intent.succeeded", INTENT)
    assert isinstance(received, PaymentReceived)
    assert (received.payment_id, received.amount_minor, received.currency) == (PAYMENT, 1190, "EUR")
    assert (received.reference, received.method) == ("pi_9", "card")
    begun = INTENT | {"status": "processing", "payment_method_types": ["sepa_debit"]}
    processing = await told(gateway, "payment_intent.processing", begun)
    assert isinstance(processing, PaymentProcessing)
    assert processing.method == "direct_debit"
    failed = INTENT | {"status": "requires_payment_method", "last_payment_error": {"code": "expired_card"}}
    declined = await told(gateway, "payment_intent.payment_failed", failed)
    assert isinstance(declined, PaymentDeclined)
    assert declined.reason == "card_expired"


async def test_a_decline_on_a_page_is_not_the_end_of_it(gateway: StripeGateway) -> None:
    failed = INTENT | {"status": "requires_payment_method", "metadata": NAMED | {"by": "checkout"}}
    assert await told(gateway, "payment_intent.payment_failed", failed) is None


async def test_a_debit_from_a_page_that_did_not_come_is_declined(gateway: StripeGateway, server: StripeServer) -> None:
    server.objects["pi_9"] = INTENT | {"status": "requires_payment_method",
                                       "last_payment_error": {"code": "insufficient_funds"}}  # fmt: skip
    page = {"id": "cs_1", "payment_intent": "pi_9", "amount_total": 1190, "currency": "eur", "metadata": NAMED,
            "mode": "payment"}  # fmt: skip
    declined = await told(gateway, "checkout.session.async_payment_failed", page)
    assert isinstance(declined, PaymentDeclined)
    assert declined.reason == "insufficient_funds"


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        ("needs_response", "card", DisputeOpened),
        ("won", "card", DisputeWon),
        ("lost", "card", DisputeLost),
        ("lost", "sepa_debit", PaymentReturned),
        ("warning_needs_response", "card", type(None)),
    ],
)
async def test_disputes_and_returned_debits(
    gateway: StripeGateway, server: StripeServer, status: str, kind: str, expected: type
) -> None:
    charge = {"id": "ch_1", "object": "charge", "payment_method_details": {"type": kind}}
    server.objects["pi_9"] = INTENT | {"latest_charge": charge}
    dispute = {"id": "dp_1", "payment_intent": "pi_9", "amount": 1190, "currency": "eur", "status": status,
               "reason": "debit_not_authorized"}  # fmt: skip
    kind_of_event = "charge.dispute.closed" if status in ("won", "lost") else "charge.dispute.created"
    assert isinstance(await told(gateway, kind_of_event, dispute), expected)


async def test_refunds_are_told_also_those_begun_at_stripe(gateway: StripeGateway, server: StripeServer) -> None:
    refund = {"id": "re_1", "payment_intent": "pi_9", "amount": 500, "currency": "eur", "status": "succeeded",
              "metadata": NAMED | {"refund_id": str(UUID(int=9))}}  # fmt: skip
    done = await told(gateway, "refund.updated", refund)
    assert isinstance(done, RefundDone)
    assert done.refund_id == UUID(int=9)
    server.objects["pi_9"] = INTENT
    failed = await told(gateway, "refund.failed", refund | {"status": "failed", "metadata": {}})
    assert isinstance(failed, RefundFailed)
    assert (failed.refund_id, failed.payment_id) == (None, PAYMENT)
    assert await told(gateway, "refund.created", refund | {"status": "pending"}) is None


async def test_methods_are_saved_renewed_and_removed(gateway: StripeGateway, server: StripeServer) -> None:
    method_id = UUID(int=5)
    named = {"method_id": str(method_id), "workspace_id": str(WORKSPACE), "kind": "card"}
    server.objects["pm_1"] = {"id": "pm_1", "object": "payment_method", "type": "card", "customer": "cus_1",
                              "card": {"brand": "visa", "last4": "4242", "exp_year": 2030, "exp_month": 4}}  # fmt: skip
    setup = {"id": "seti_1", "object": "setup_intent", "customer": "cus_1", "payment_method": "pm_1",
             "status": "succeeded", "metadata": named}  # fmt: skip
    server.objects["seti_1"] = setup
    saved = await told(gateway, "setup_intent.succeeded", setup)
    assert isinstance(saved, MethodSaved)
    assert (saved.reference, saved.brand, saved.last_four) == ("cus_1/pm_1", "visa", "4242")
    assert (saved.expires_year, saved.expires_month, saved.verified) == (2030, 4, True)
    server.objects["pm_1"]["card"]["exp_year"] = 2034
    renewed = await told(gateway, "payment_method.automatically_updated", server.objects["pm_1"])
    assert isinstance(renewed, MethodSaved)
    assert renewed.expires_year == 2034
    revoked = await told(gateway, "mandate.updated", {"status": "inactive", "payment_method": "pm_1"})
    assert isinstance(revoked, MethodRemoved)
    assert (revoked.method_id, revoked.reason) == (method_id, "mandate_revoked")
    assert isinstance(await told(gateway, "payment_method.detached", server.objects["pm_1"]), MethodRemoved)


async def test_small_deposits_are_waited_for(gateway: StripeGateway, server: StripeServer) -> None:
    named = {"method_id": str(UUID(int=5)), "workspace_id": str(WORKSPACE), "kind": "ach_debit"}
    server.objects["pm_1"] = {"id": "pm_1", "object": "payment_method", "type": "us_bank_account",
                              "us_bank_account": {"bank_name": "Example Bank", "last4": "6789"}}  # fmt: skip
    server.objects["seti_1"] = {"id": "seti_1", "object": "setup_intent", "customer": "cus_1", "metadata": named,
                                "payment_method": "pm_1", "status": "requires_action"}  # fmt: skip
    page = {"id": "cs_1", "mode": "setup", "setup_intent": "seti_1", "metadata": named}
    saved = await told(gateway, "checkout.session.completed", page)
    assert isinstance(saved, MethodSaved)
    assert (saved.kind, saved.verified) == ("ach_debit", False)


async def test_what_is_not_ours_or_not_of_this_mode_says_nothing(gateway: StripeGateway) -> None:
    assert await told(gateway, "payment_intent.succeeded", INTENT | {"metadata": {}}) is None
    assert await told(gateway, "customer.created", {"id": "cus_7"}) is None
    body = event("payment_intent.succeeded", INTENT, livemode=True)
    assert not (await gateway.read_callback(body, signed(body), now=NOW)).events


async def test_unsigned_old_and_altered_callbacks_are_refused(gateway: StripeGateway) -> None:
    body = event("payment_intent.succeeded", INTENT)
    refused = [
        (body, {}),
        (body, {"stripe-signature": "t=x,v1=y"}),
        (body, signed(body, secret="whsec_other")),
        (body, signed(body, NOW - timedelta(minutes=6))),
        (body, signed(body, NOW + timedelta(minutes=6))),
        (body.replace(b"1190", b"1191"), signed(body)),
    ]
    for said, headers in refused:
        with pytest.raises(GatewayEventRefused):
            await gateway.read_callback(said, headers, now=NOW)


BODIES = st.binary(max_size=200) | st.dictionaries(st.text(max_size=9), st.integers()).map(json.dumps).map(str.encode)


@given(body=BODIES)
async def test_whatever_is_signed_is_read_or_refused(body: bytes) -> None:
    gateway = StripeGateway("sk_test_made_up", SECRET, api_base="http://127.0.0.1:9")
    try:
        headers = signed(body)
    except UnicodeDecodeError:
        headers = {"stripe-signature": "t=1,v1=a"}
    with pytest.raises(GatewayEventRefused):
        await gateway.read_callback(body, headers, now=NOW)


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
