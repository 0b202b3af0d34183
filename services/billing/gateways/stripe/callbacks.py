"""Stripe's webhooks. What is done depends on the events alone, never on their order: Stripe promises none.

Payments are followed by their PaymentIntent, because Checkout and charges without the payer both have one; events of
Checkout count only where the PaymentIntent says less. An event is known by the hash of its id.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import stripe
from pydantic import ValidationError

from services.billing.gateways.events import (
    DisputeLost,
    DisputeOpened,
    DisputeWon,
    GatewayEvent,
    MethodRefused,
    MethodRemoved,
    MethodSaved,
    PaymentDeclined,
    PaymentProcessing,
    PaymentReceived,
    PaymentReturned,
    RefundDone,
    RefundFailed,
)
from services.billing.gateways.port import Callback, GatewayEventRefused
from services.billing.gateways.stripe.amounts import NotPayable, from_stripe
from services.billing.gateways.stripe.words import DEBITS, KINDS, method_of, reason_of

TOLERANCE = timedelta(minutes=5)
"""The maximum age of a signature."""
NAMESPACE = UUID("8d7b2f7e-52a0-4f2c-9a39-6a1d6d0b5a57")

Object = Mapping[str, Any]
Fields = dict[str, Any]
Reader = Callable[[stripe.StripeClient, Object, Fields], Awaitable[GatewayEvent | None]]
READERS: dict[str, Reader] = {}


def reads(*types: str) -> Callable[[Reader], Reader]:
    def register(reader: Reader) -> Reader:
        READERS.update(dict.fromkeys(types, reader))
        return reader

    return register


async def read_callback(
    client: stripe.StripeClient, body: bytes, signature: str, secret: str, *, live: bool, now: datetime
) -> Callback:
    """The events of a webhook's body. Raises `GatewayEventRefused` and, if Stripe has to be asked and fails, its
    errors."""
    signed_at = _check(body, signature, secret, now)
    try:
        event = json.loads(body)
        kind, about, id_ = event["type"], event["data"]["object"], event["id"]
        reader = READERS.get(kind)
        if reader is None or event["livemode"] != live:
            return Callback(signed_at, ())
        told = await reader(client, about, {"event_id": uuid5(NAMESPACE, id_)})
    except (KeyError, TypeError, AttributeError, ValueError, ValidationError, NotPayable) as error:
        raise GatewayEventRefused("The callback does not say what happened to which payment.") from error
    return Callback(signed_at, _only(told))


def _only(told: GatewayEvent | None) -> Sequence[GatewayEvent]:
    return () if told is None else (told,)


def _check(body: bytes, signature: str, secret: str, now: datetime) -> datetime:
    """When it was signed. The SDK compares the signature in constant time; the age is ours to compare, with our
    clock."""
    try:
        stripe.WebhookSignature.verify_header(body.decode(), signature, secret, tolerance=None)
        stamp = next(part[2:] for part in signature.split(",") if part.startswith("t="))
        signed_at = datetime.fromtimestamp(int(stamp), UTC)
    except (stripe.SignatureVerificationError, ValueError, OverflowError, OSError):
        raise GatewayEventRefused("The callback is not signed by the payment gateway.") from None
    if abs(now - signed_at) > TOLERANCE:
        raise GatewayEventRefused("The callback's signature is too old.")
    return signed_at


def _ours(about: Object, name: str) -> bool:
    """Whether Portico began it: an account of Stripe may also be used for other things."""
    named = about.get("metadata") or {}
    return name in named and "workspace_id" in named


def _payment(about: Object, amount: int, fields: Fields, reference: str) -> Fields:
    currency = about["currency"].upper()
    named = about["metadata"]
    return fields | {
        "workspace_id": named["workspace_id"],
        "payment_id": named["payment_id"],
        "amount_minor": from_stripe(amount, currency),
        "currency": currency,
        "reference": reference,
    }


def _used(intent: Object) -> str | None:
    types: list[str] = intent.get("payment_method_types") or []
    return types[0] if len(types) == 1 else None


@reads("payment_intent.succeeded", "payment_intent.processing", "payment_intent.canceled",
       "payment_intent.payment_failed")  # fmt: skip
async def read_intent(client: stripe.StripeClient, intent: Object, fields: Fields) -> GatewayEvent | None:
    """On a page a payer may try again after a decline, so that only a charge without them has failed by it."""
    if not _ours(intent, "payment_id"):
        return None
    status = intent["status"]
    amount = intent["amount_received"] if status == "succeeded" else intent["amount"]
    known = _payment(intent, amount, fields, intent["id"]) | {"method": method_of(_used(intent))}
    if status == "succeeded":
        return PaymentReceived(**known)
    if status == "processing":
        return PaymentProcessing(**known)
    if status == "canceled":
        return PaymentDeclined(**known, reason="cancelled")
    if intent["metadata"].get("by") == "charge":
        return PaymentDeclined(**known, reason=reason_of(intent.get("last_payment_error")))
    return None


@reads("checkout.session.async_payment_failed")
async def read_failed_page(client: stripe.StripeClient, page: Object, fields: Fields) -> GatewayEvent | None:
    """A debit that was begun on a page did not come."""
    if not _ours(page, "payment_id"):
        return None
    intent = (await client.v1.payment_intents.retrieve_async(page["payment_intent"])).to_dict()
    known = _payment(page, page["amount_total"], fields, intent["id"])
    return PaymentDeclined(**known, reason=reason_of(intent.get("last_payment_error")))


@reads("charge.dispute.created", "charge.dispute.closed")
async def read_dispute(client: stripe.StripeClient, dispute: Object, fields: Fields) -> GatewayEvent | None:
    """A bank that returns a debit does it by a dispute that is lost already. An inquiry takes no money yet."""
    if not dispute.get("payment_intent") or dispute["status"].startswith("warning_"):
        return None
    asked: Any = {"expand": ["latest_charge"]}
    intent = (await client.v1.payment_intents.retrieve_async(dispute["payment_intent"], asked)).to_dict()
    if not _ours(intent, "payment_id"):
        return None
    details = (intent.get("latest_charge") or {}).get("payment_method_details") or {}
    about = {"currency": dispute["currency"], "metadata": intent["metadata"]}
    known = _payment(about, dispute["amount"], fields, intent["id"]) | {"method": method_of(details.get("type"))}
    reason = str(dispute.get("reason") or "")[:200]
    if dispute["status"] == "lost":
        return PaymentReturned(**known, reason=reason) if details.get("type") in DEBITS else DisputeLost(**known)
    return DisputeWon(**known) if dispute["status"] == "won" else DisputeOpened(**known, reason=reason)


@reads("refund.created", "refund.updated", "refund.failed")
async def read_refund(client: stripe.StripeClient, refund: Object, fields: Fields) -> GatewayEvent | None:
    """A refund, also one that was begun in Stripe's dashboard."""
    if refund["status"] not in ("succeeded", "failed", "canceled") or not refund.get("payment_intent"):
        return None
    named: Object = refund
    if not _ours(refund, "payment_id"):
        named = (await client.v1.payment_intents.retrieve_async(refund["payment_intent"])).to_dict()
        if not _ours(named, "payment_id"):
            return None
    about = {"currency": refund["currency"], "metadata": named["metadata"]}
    known = _payment(about, refund["amount"], fields, refund["payment_intent"])
    known["refund_id"] = named["metadata"].get("refund_id")
    if refund["status"] == "succeeded":
        return RefundDone(**known)
    return RefundFailed(**known, reason=str(refund.get("failure_reason") or "cancelled")[:200])


@reads("setup_intent.succeeded")
async def read_setup(client: stripe.StripeClient, setup: Object, fields: Fields) -> GatewayEvent | None:
    if not _ours(setup, "method_id"):
        return None
    return await _saved(client, setup, fields, verified=True)


@reads("checkout.session.completed")
async def read_setup_page(client: stripe.StripeClient, page: Object, fields: Fields) -> GatewayEvent | None:
    """A bank account whose holder has yet to confirm small deposits."""
    if page["mode"] != "setup" or not _ours(page, "method_id"):
        return None
    setup = (await client.v1.setup_intents.retrieve_async(page["setup_intent"])).to_dict()
    if setup["status"] != "requires_action":
        return None
    return await _saved(client, setup, fields, verified=False)


async def _saved(client: stripe.StripeClient, setup: Object, fields: Fields, *, verified: bool) -> MethodSaved:
    method = (await client.v1.payment_methods.retrieve_async(setup["payment_method"])).to_dict()
    named, details = setup["metadata"], method[method["type"]]
    return MethodSaved(
        **fields,
        workspace_id=named["workspace_id"],
        method_id=named["method_id"],
        reference=f"{setup['customer']}/{method['id']}",
        kind=KINDS[method["type"]],
        brand=str(details.get("brand") or details.get("bank_name") or details.get("bank_code") or "")[:40],
        last_four=details["last4"],
        expires_year=details.get("exp_year"),
        expires_month=details.get("exp_month"),
        verified=verified,
    )


@reads("setup_intent.setup_failed")
async def read_failed_setup(client: stripe.StripeClient, setup: Object, fields: Fields) -> GatewayEvent | None:
    """Small deposits were not confirmed. On the page itself people try again, which is no failure."""
    if not _ours(setup, "method_id") or setup["metadata"].get("kind") != "ach_debit":
        return None
    named = setup["metadata"]
    reason = reason_of(setup.get("last_setup_error"))
    return MethodRefused(**fields, workspace_id=named["workspace_id"], method_id=named["method_id"], reason=reason)


@reads("payment_method.automatically_updated")
async def read_updated_method(client: stripe.StripeClient, method: Object, fields: Fields) -> GatewayEvent | None:
    """The bank has sent its customer a new card."""
    setup = await _setup_of(client, method["id"])
    return await _saved(client, setup, fields, verified=True) if setup else None


@reads("payment_method.detached")
async def read_removed_method(client: stripe.StripeClient, method: Object, fields: Fields) -> GatewayEvent | None:
    return _removed(await _setup_of(client, method["id"]), fields, "removed")


@reads("mandate.updated")
async def read_mandate(client: stripe.StripeClient, mandate: Object, fields: Fields) -> GatewayEvent | None:
    if mandate["status"] != "inactive":
        return None
    return _removed(await _setup_of(client, mandate["payment_method"]), fields, "mandate_revoked")


def _removed(setup: Object | None, fields: Fields, reason: str) -> MethodRemoved | None:
    if setup is None:
        return None
    named = setup["metadata"]
    return MethodRemoved(**fields, workspace_id=named["workspace_id"], method_id=named["method_id"], reason=reason)


async def _setup_of(client: stripe.StripeClient, method_id: str) -> Object | None:
    """The SetupIntent by which Portico had a method saved: it names our own id of it."""
    found = await client.v1.setup_intents.list_async({"payment_method": method_id, "limit": 10})
    return next((each for each in (one.to_dict() for one in found.data) if _ours(each, "method_id")), None)
