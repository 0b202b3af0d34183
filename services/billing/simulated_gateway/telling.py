"""The simulator's callbacks: complete HTTP requests to our own endpoint, as a provider's, only without the network.
Those that come days later are leased work."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from services.billing.gateways.choosing import gateway_of
from services.billing.gateways.events import GatewayEvent
from services.billing.gateways.models import SimulatedPayment
from services.billing.gateways.simulator.adapter import SimulatedGateway, read_event
from services.billing.gateways.simulator.signing import SIGNATURE_HEADER
from shared.jobs import JobContext
from shared.leases import Claim, Retry, claim

RETRY = Retry(tries=10**9, pauses=(timedelta(seconds=1), timedelta(seconds=30), timedelta(minutes=5)))
LEASE = timedelta(seconds=30)
BATCH = 20
_WAKE = "UPDATE simulated_payments SET due_at = clock_timestamp() WHERE due_at IS NULL AND next_at <= :now"


async def tell(app: Starlette, gateway: SimulatedGateway, event: GatewayEvent, now: datetime) -> bool:
    """Send a callback. Returns whether it was taken."""
    body, signature = gateway.write_callback(event, now=now)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://billing") as http:
        headers = {SIGNATURE_HEADER: signature, "Content-Type": "application/json"}
        answer = await http.post("/api/billing/gateway-events", content=body, headers=headers)
    return answer.status_code == 204


async def claim_told(job: JobContext, session: AsyncSession) -> Sequence[Claim[SimulatedPayment]]:
    """The payments of which something is to be told by now, in business time."""
    await session.execute(text(_WAKE), {"now": job.now})
    return await claim(session, SimulatedPayment, RETRY, now=job.real_now, lease=LEASE, limit=BATCH)


def due_callbacks(job: JobContext, row: SimulatedPayment) -> list[tuple[bytes, dict[str, str]]]:
    """The signed callbacks that are due: their bodies and headers."""
    gateway = gateway_of(job.settings, job.sessions, job.clock)
    assert isinstance(gateway, SimulatedGateway), "its rows are there in a demo only"
    written = (gateway.write_callback(read_event(each["event"]), now=job.real_now) for each in _due(row, job.now))
    return [(body, {SIGNATURE_HEADER.lower(): signature}) for body, signature in written]


def forget_told(row: SimulatedPayment, count: int, real_now: datetime) -> None:
    """Keep what is to be told later, without the first ``count``. If not all was taken, it is told again soon."""
    row.events = row.events[count:]
    row.next_at = datetime.fromisoformat(row.events[0]["at"]) if row.events else None
    row.due_at, row.tries = None, 0


def _due(row: SimulatedPayment, now: datetime) -> list[dict[str, Any]]:
    return [each for each in row.events if datetime.fromisoformat(each["at"]) <= now]
