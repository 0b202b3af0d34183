"""The simulator's callbacks: complete HTTP requests to our own endpoint, as a provider's, only without the network."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

import httpx
import structlog
from starlette.applications import Starlette

from services.billing.payments.gateway import Checkout, Outcome
from services.billing.payments.simulator import SIGNATURE_HEADER, SimulatedGateway
from shared.events.billing import PaymentMethod

log = structlog.get_logger()

_later: set[asyncio.Task[None]] = set()
"""Python keeps no reference to a running task. A restart forgets them: those payments stay in processing."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a payment."""

    checkout: Checkout
    outcome: Outcome
    method: PaymentMethod
    reason: str

    @property
    def processing(self) -> "Told":
        return replace(self, outcome="processing")


async def tell(app: Starlette, gateway: SimulatedGateway, told: Told, now: datetime) -> bool:
    """Send a callback. Returns whether it was taken, or the payment has an outcome already."""
    body, signature = gateway.write_event(told.checkout, told.outcome, now=now, method=told.method, reason=told.reason)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://billing") as http:
        headers = {SIGNATURE_HEADER: signature, "Content-Type": "application/json"}
        answer = await http.post("/api/billing/gateway-events", content=body, headers=headers)
    return answer.status_code in (204, 409)


def tell_later(app: Starlette, gateway: SimulatedGateway, told: Told, seconds: int) -> None:
    """Send a callback after some seconds of real time."""
    task = asyncio.create_task(_wait_and_tell(app, gateway, told, seconds))
    _later.add(task)
    task.add_done_callback(_later.discard)


async def _wait_and_tell(app: Starlette, gateway: SimulatedGateway, told: Told, seconds: int) -> None:
    await asyncio.sleep(seconds)
    try:
        taken = await tell(app, gateway, told, app.state.runtime.clock.real_now())
    except Exception:
        log.exception("simulated_gateway.not_told", payment_id=str(told.checkout.payment_id))
    else:
        log.info("simulated_gateway.told", payment_id=str(told.checkout.payment_id), taken=taken)
