"""Checkout, saved methods, charges and refunds through Stripe.

A saved method is referred to as ``<customer>/<payment method>``: Stripe charges a method only together with the
customer that it is attached to. One customer is made per bill group.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import stripe
import structlog

from services.billing.gateways import port
from services.billing.gateways.port import (
    Approved,
    Callback,
    Charge,
    Checkout,
    Declined,
    GatewayUnavailable,
    NeverReceived,
    Processing,
    Refund,
    RefundResult,
    RequiresAction,
    Result,
    Setup,
    Unknown,
)
from services.billing.gateways.stripe.amounts import NotPayable, to_stripe
from services.billing.gateways.stripe.callbacks import read_callback
from services.billing.gateways.stripe.words import TYPES, method_of, reason_of
from services.billing.settings import Settings
from shared.clock import Clock
from shared.db import Sessions
from shared.events.billing import MethodKind

log = structlog.get_logger()

TIMEOUT_SECONDS = 20
RETRIES = 1
"""The SDK's own, each with the same key. More are made by whoever calls, later."""
PAGE_GRACE = timedelta(minutes=10)
"""Stripe's pages live at least for 30 minutes, as ours do: they end a little later, so that a page that is made some
minutes after the payment was begun still can be. What is paid in between counts."""
RECENT = 100
"""How many of a customer's newest payments are looked through for one whose outcome is unknown."""
FINAL_REFUSALS = (stripe.InvalidRequestError,)


_adapters: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str], "StripeGateway"]] = WeakKeyDictionary()


class StripeGateway(port.Gateway):
    name: ClassVar[str] = "stripe"
    saves: ClassVar[frozenset[MethodKind]] = frozenset(TYPES)

    def __init__(self, api_key: str, webhook_secret: str, api_base: str | None = None) -> None:
        """``api_base`` is another address than Stripe's own, for tests."""
        self._webhook_secret = webhook_secret
        self._live = api_key.startswith(("sk_live_", "rk_live_"))
        self._http = stripe.AIOHTTPClient(timeout=TIMEOUT_SECONDS)
        self._client = stripe.StripeClient(
            api_key,
            base_addresses={"api": api_base} if api_base else None,
            http_client=self._http,
            max_network_retries=RETRIES,
        )

    @classmethod
    def of(cls, settings: Settings, sessions: Sessions, clock: Clock) -> "StripeGateway":
        """One per event loop and account, because it keeps its connections to Stripe. ``sessions`` and ``clock`` are
        for adapters that keep something."""
        assert settings.stripe_api_key is not None
        assert settings.stripe_webhook_secret is not None
        keys = settings.stripe_api_key.get_secret_value(), settings.stripe_webhook_secret.get_secret_value()
        mine = _adapters.setdefault(asyncio.get_running_loop(), {})
        return mine.setdefault(keys, cls(*keys))

    async def close(self) -> None:
        """Close the connections to Stripe."""
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def begin_checkout(self, checkout: Checkout, *, key: str) -> str:
        about = {"payment_id": str(checkout.payment_id), "workspace_id": str(checkout.workspace_id), "by": "checkout"}
        item = {
            "quantity": 1,
            "price_data": {
                "currency": checkout.currency.lower(),
                "unit_amount": self._payable(checkout.amount_minor, checkout.currency),
                "product_data": {"name": checkout.description[:250]},
            },
        }
        page = {
            "mode": "payment",
            "line_items": [item],
            "metadata": about,
            "payment_intent_data": {"metadata": about, "description": checkout.description[:1000]},
            "client_reference_id": str(checkout.payment_id),
            "success_url": checkout.return_url,
            "cancel_url": checkout.return_url,
            "expires_at": int((checkout.expires_at + PAGE_GRACE).timestamp()),
        }
        return await self._page(page, key)

    async def begin_setup(self, setup: Setup, *, key: str) -> str:
        about = {
            "method_id": str(setup.method_id),
            "workspace_id": str(setup.workspace_id),
            "kind": setup.kind,
        }
        customer = setup.known_reference.partition("/")[0] if setup.known_reference else None
        page = {
            "mode": "setup",
            "customer": customer or await self._new_customer(setup, key),
            "currency": setup.currency.lower(),
            "payment_method_types": [TYPES[setup.kind]],
            "metadata": about,
            "setup_intent_data": {"metadata": about},
            "success_url": setup.return_url,
            "cancel_url": setup.return_url,
            "expires_at": int((setup.expires_at + PAGE_GRACE).timestamp()),
        }
        return await self._page(page, key)

    async def charge(self, charge: Charge, *, key: str) -> Result:
        customer, _, method = charge.method_reference.partition("/")
        try:
            asked: Any = {
                "amount": to_stripe(charge.amount_minor, charge.currency),
                "currency": charge.currency.lower(),
                "customer": customer,
                "payment_method": method,
                "payment_method_types": [TYPES[charge.kind]],
                "off_session": True,
                "confirm": True,
                "description": charge.description[:1000],
                "metadata": {
                    "payment_id": str(charge.payment_id),
                    "workspace_id": str(charge.workspace_id),
                    "by": "charge",
                    "key": key,
                },
            }
            intent = await self._client.v1.payment_intents.create_async(asked, {"idempotency_key": key})
        except NotPayable:
            return Declined("amount_not_payable")
        except stripe.CardError as error:
            body = _body_of(error)
            return Declined(reason_of(body), (body.get("payment_intent") or {}).get("id"))
        except FINAL_REFUSALS as error:
            log.warning("stripe.refused", code=error.code, request_id=error.request_id)
            return Declined(reason_of({"code": error.code}))
        except stripe.StripeError as error:
            return _unknown(error)
        return result_of(intent.to_dict())

    async def look_up(self, charge: Charge, *, key: str) -> Result | NeverReceived:
        """Stripe lists a customer's payments as soon as they are made. Ask some minutes after the charge: what is still
        on its way to Stripe is on no list."""
        customer = charge.method_reference.partition("/")[0]
        try:
            found = await self._client.v1.payment_intents.list_async({"customer": customer, "limit": RECENT})
        except stripe.StripeError as error:
            return _unknown(error)
        for intent in (each.to_dict() for each in found.data):
            if (intent.get("metadata") or {}).get("key") == key:
                return result_of(intent)
        return NeverReceived() if not found.has_more else Unknown("more payments than are looked through")

    async def refund(self, refund: Refund, *, key: str) -> RefundResult:
        try:
            asked: Any = {
                "payment_intent": refund.payment_reference,
                "amount": to_stripe(refund.amount_minor, refund.currency),
                "metadata": {
                    "refund_id": str(refund.refund_id),
                    "payment_id": str(refund.payment_id),
                    "workspace_id": str(refund.workspace_id),
                },
            }
            made = await self._client.v1.refunds.create_async(asked, {"idempotency_key": key})
        except NotPayable:
            return Declined("amount_not_payable")
        except FINAL_REFUSALS as error:
            return Declined((error.code or "declined")[:200])
        except stripe.StripeError as error:
            return _unknown(error)
        if made.status == "succeeded":
            return Approved(made.id)
        if made.status in ("failed", "canceled"):
            return Declined((made.failure_reason or "declined")[:200], made.id)
        return Processing(made.id)

    async def forget(self, method_reference: str, *, key: str) -> None:
        method = method_reference.partition("/")[2]
        try:
            await self._client.v1.payment_methods.detach_async(method, None, {"idempotency_key": key})
        except FINAL_REFUSALS:
            return  # it is not attached, or not there
        except stripe.StripeError as error:
            raise GatewayUnavailable(_said(error)) from error

    async def read_callback(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Callback:
        signature = headers.get("stripe-signature", "")
        try:
            return await read_callback(self._client, body, signature, self._webhook_secret, live=self._live, now=now)
        except stripe.StripeError as error:
            raise GatewayUnavailable(_said(error)) from error

    def _payable(self, minor: int, currency: str) -> int:
        try:
            return to_stripe(minor, currency)
        except NotPayable as error:
            raise GatewayUnavailable(str(error)) from error

    async def _new_customer(self, setup: Setup, key: str) -> str:
        about = {"bill_group_id": str(setup.bill_group_id), "workspace_id": str(setup.workspace_id)}
        asked: Any = {"name": setup.holder[:250], "metadata": about}
        try:
            made = await self._client.v1.customers.create_async(asked, {"idempotency_key": f"{key}-customer"})
        except stripe.StripeError as error:
            raise GatewayUnavailable(_said(error)) from error
        return made.id

    async def _page(self, page: Any, key: str) -> str:
        try:
            made = await self._client.v1.checkout.sessions.create_async(page, {"idempotency_key": key})
        except stripe.StripeError as error:
            raise GatewayUnavailable(_said(error)) from error
        if not made.url:
            raise GatewayUnavailable("Stripe made a page without an address.")
        return made.url


def result_of(intent: Mapping[str, Any]) -> Result:
    """What Stripe says of a payment that was to be taken without the payer."""
    reference = intent["id"]
    match intent["status"]:
        case "succeeded":
            return Approved(reference, method_of(next(iter(intent.get("payment_method_types") or ()), None)))
        case "processing":
            return Processing(reference)
        case "requires_action":
            url = ((intent.get("next_action") or {}).get("redirect_to_url") or {}).get("url")
            return RequiresAction(url, reference) if url else Declined("not_authenticated", reference)
        case "requires_payment_method":
            return Declined(reason_of(intent.get("last_payment_error")), reference)
        case "canceled":
            return Declined("cancelled", reference)
        case status:
            return Unknown(f"the payment is {status}")


def _body_of(error: stripe.CardError) -> dict[str, Any]:
    answer: Any = error.json_body or {}
    found: dict[str, Any] = answer.get("error") or {}
    return found


def _unknown(error: stripe.StripeError) -> Unknown:
    log.warning("stripe.unknown_outcome", error=type(error).__name__, request_id=error.request_id)
    return Unknown(_said(error))


def _said(error: stripe.StripeError) -> str:
    """Without Stripe's own message, which may quote what was sent."""
    return f"Stripe: {type(error).__name__}, {error.code or error.http_status or 'no answer'}"
