"""What Stripe tells by its webhooks, in their documented shapes."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

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
    GatewayEventRefused,
)
from services.billing.gateways.stripe.adapter import StripeGateway
from tests.billing.gateways.stripe_server import SECRET, StripeServer

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
WORKSPACE, GROUP = UUID(int=1), UUID(int=2)


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
