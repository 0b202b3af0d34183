"""The built-in payment gateway of the demo and the tests. It keeps no state beside its encrypted page links, and
reports outcomes by signed callbacks, as a real gateway does."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import uuid5

from cryptography.fernet import Fernet, InvalidToken
from pydantic import TypeAdapter, ValidationError

from services.billing.payments.gateway import (
    DECLINED,
    Checkout,
    GatewayEvent,
    GatewayEventRefused,
    Outcome,
    PaymentGateway,
    SignedEvent,
)
from services.billing.settings import Settings
from shared.errors import Conflict, Gone
from shared.events.billing import PaymentMethod

SIGNATURE_HEADER = "Portico-Gateway-Signature"
TOLERANCE = timedelta(minutes=5)
"""The maximum age of a callback's signature."""

_checkouts = TypeAdapter(Checkout)


class PaymentPageOver(Gone):
    """The link of the payment page is not valid or has expired. Open the invoice and choose Pay again."""

    title = "This payment page is over"


class SimulatedGateway(PaymentGateway):
    def __init__(self, secret: str, public_url: str) -> None:
        self._secret = secret.encode()
        self._seal = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"page" + self._secret).digest()))
        self._public_url = public_url

    def page_url(self, checkout: Checkout) -> str:
        sealed = self._seal.encrypt(_checkouts.dump_json(checkout)).decode()
        return f"{self._public_url}/api/billing/simulated-gateway/{sealed}"

    def open_page(self, sealed: str, *, now: datetime) -> Checkout:
        """The checkout of a page's link. Raises `PaymentPageOver` when the link is invalid or expired."""
        try:
            checkout = _checkouts.validate_json(
                self._seal.decrypt(sealed.encode())
            )  # a text outside of ASCII would be a ValueError
        except (InvalidToken, ValidationError):
            raise PaymentPageOver("This is not the link of a payment page. Open the invoice again.") from None
        if now >= checkout.expires_at:
            raise PaymentPageOver("This payment page was open for too long. Open the invoice and choose Pay again.")
        return checkout

    def write_event(
        self,
        checkout: Checkout,
        outcome: Outcome,
        *,
        now: datetime,
        method: PaymentMethod | None = None,
        reason: str = DECLINED[0],
    ) -> tuple[bytes, str]:
        """A callback's body and signature. The event id is the same for every press of a button. ``reason`` is why it
        failed."""
        event = GatewayEvent(
            event_id=uuid5(checkout.payment_id, outcome),
            outcome=outcome,
            payment_id=checkout.payment_id,
            workspace_id=checkout.workspace_id,
            amount_minor=checkout.amount_minor,
            currency=checkout.currency,
            reason=reason if outcome == "failed" else "",
            method=method,
        )
        body = event.model_dump_json().encode()
        return body, self.sign(body, now)

    def sign(self, body: bytes, at: datetime) -> str:
        stamp = f"{at.timestamp():.6f}"
        return f"t={stamp},v1={self._digest(stamp, body)}"

    def read_event(self, body: bytes, signature: str, *, now: datetime) -> SignedEvent:
        fields = dict(part.partition("=")[::2] for part in signature.split(","))
        stamp = fields.get("t", "")
        if not hmac.compare_digest(self._digest(stamp, body).encode(), fields.get("v1", "").encode()):
            raise GatewayEventRefused("The callback is not signed by the payment gateway.")
        signed_at = datetime.fromtimestamp(float(stamp), UTC)
        if abs(now - signed_at) > TOLERANCE:
            raise GatewayEventRefused("The callback's signature is too old.")
        try:
            return SignedEvent(GatewayEvent.model_validate_json(body), signed_at)
        except ValidationError:
            raise GatewayEventRefused("The callback does not say what happened to which payment.") from None

    def _digest(self, stamp: str, body: bytes) -> str:
        return hmac.new(self._secret, f"{stamp}.".encode() + body, "sha256").hexdigest()


class PaymentsNotSetUp(Conflict):
    """The seller takes no online payments. The invoice names other ways to pay."""  # (L15)

    title = "Online payment is not set up"


def gateway_of(settings: Settings) -> SimulatedGateway:
    """The gateway of this installation: the simulator in a demo. Otherwise raises `PaymentsNotSetUp`."""
    if not settings.demo:
        raise PaymentsNotSetUp("This seller takes no payments online. The invoice says how else to pay.")
    return SimulatedGateway(settings.gateway_secret.get_secret_value(), settings.public_url)
