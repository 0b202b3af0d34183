"""What a payment gateway tells billing, signed as the simulator's callbacks are."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from pydantic import SecretStr

from services.billing.gateways.events import GatewayEvent
from services.billing.gateways.simulator.adapter import SimulatedGateway
from services.billing.gateways.simulator.signing import SIGNATURE_HEADER
from services.billing.gateways.simulator.telling import Played, event_of
from tests.billing.harness import ORIGIN, BillingHarness

GATEWAY = SimulatedGateway(SecretStr("only-for-tests"), ORIGIN)


def event(
    payment: dict[str, Any], workspace_id: UUID, told: str, *, reason: str = "", method: Any = None,
    amount: int | None = None, currency: str | None = None, anew: bool = False,
) -> GatewayEvent:  # fmt: skip
    """An event about a payment. Its id is the same each time, unless it is told ``anew``."""
    amount_minor = payment["amount_minor"] if amount is None else amount
    played = Played(UUID(str(payment["id"])), workspace_id, amount_minor, currency or payment["currency"], method)
    found = event_of(played, told, reason)
    return found.model_copy(update={"event_id": uuid4()}) if anew else found


def written(payment: dict[str, Any], workspace_id: UUID, told: str, **more: Any) -> tuple[bytes, str]:
    """A callback's body and signature."""
    return GATEWAY.write_callback(event(payment, workspace_id, told, **more), now=datetime.now(UTC))


async def call_back(billing: BillingHarness, body: bytes, signature: str) -> httpx.Response:
    headers = {SIGNATURE_HEADER: signature}
    return await billing.running.http().post("/api/billing/gateway-events", content=body, headers=headers)


async def tell(billing: BillingHarness, workspace_id: UUID, payment: dict[str, Any], told: str, **more: Any) -> int:
    """The status of the answer to a callback."""
    return (await call_back(billing, *written(payment, workspace_id, told, **more))).status_code
