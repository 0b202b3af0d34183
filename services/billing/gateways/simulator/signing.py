"""Signatures of callbacks: a time and a digest over it and the body, as many providers write them."""

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from services.billing.gateways.port import GatewayEventRefused

SIGNATURE_HEADER = "Portico-Gateway-Signature"
TOLERANCE = timedelta(minutes=5)
"""The maximum age of a callback's signature."""


def sign(secret: bytes, body: bytes, at: datetime) -> str:
    stamp = f"{at.timestamp():.6f}"
    return f"t={stamp},v1={_digest(secret, stamp, body)}"


def check_signature(secrets: Sequence[bytes], body: bytes, signature: str, *, now: datetime) -> datetime:
    """When the body was signed, with any of the secrets. Raises `GatewayEventRefused`."""
    fields = dict(part.partition("=")[::2] for part in signature.split(","))
    stamp = fields.get("t", "")
    given = fields.get("v1", "").encode()
    if not any([hmac.compare_digest(_digest(secret, stamp, body).encode(), given) for secret in secrets]):
        raise GatewayEventRefused("The callback is not signed by the payment gateway.")
    signed_at = datetime.fromtimestamp(float(stamp), UTC)
    if abs(now - signed_at) > TOLERANCE:
        raise GatewayEventRefused("The callback's signature is too old.")
    return signed_at


def _digest(secret: bytes, stamp: str, body: bytes) -> str:
    return hmac.new(secret, f"{stamp}.".encode() + body, "sha256").hexdigest()
