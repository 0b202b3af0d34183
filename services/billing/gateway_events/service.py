"""Callbacks of the payment gateway, each processed once (S33)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.gateway_events.models import KnownGatewayEvent
from services.billing.payments.gateway import DECLINED, GatewayEvent, GatewayEventRefused, SignedEvent
from services.billing.payments.outcomes import (
    fail_payment,
    lock_payment,
    payers_cause,
    process_payment,
    succeed_payment,
)
from shared.errors import NotFound
from shared.outbox import cause_of
from shared.scope import acting_in
from shared.telemetry import metrics

MOST_OF_A_REASON = 200


async def process_event(session: AsyncSession, signed: SignedEvent, *, now: datetime) -> None:
    """Settle the payment that the callback is about. The signature authorises the workspace that it names.

    A retry by the gateway, with a new signature, changes nothing and gets the same answer. A replay of the same signed
    message is refused.
    """
    event = signed.event
    metrics.GATEWAY_CALLBACKS.labels(event.outcome).inc()
    async with acting_in(session, event.workspace_id):
        await _settle(session, signed, now=now)


async def _settle(session: AsyncSession, signed: SignedEvent, *, now: datetime) -> None:
    event = signed.event
    if not await _is_new(session, signed, now=now):
        return
    try:
        payment, invoice = await lock_payment(session, event.workspace_id, event.payment_id)
    except NotFound:
        raise GatewayEventRefused("The callback is about no payment of this workspace.") from None
    if (event.amount_minor, event.currency) != (payment.amount_minor, payment.currency):
        raise GatewayEventRefused(f"The callback says {event.currency} {event.amount_minor}, asked was another sum.")
    session.info["cause"] = payers_cause(payment, cause_of(session).now)
    if event.outcome == "succeeded":
        await succeed_payment(session, payment, invoice, event.method)
    elif event.outcome == "processing":
        await process_payment(session, payment, event.method, now=now)
    else:
        await fail_payment(session, payment, _reason(event), event.method)


async def _is_new(session: AsyncSession, signed: SignedEvent, *, now: datetime) -> bool:
    key, workspace_id = signed.event.event_id, signed.event.workspace_id
    new = insert(KnownGatewayEvent).values(
        event_id=key, workspace_id=workspace_id, signed_at=signed.signed_at, received_at=now
    )
    if await session.scalar(new.on_conflict_do_nothing().returning(KnownGatewayEvent.event_id)):
        return True
    seen = select(KnownGatewayEvent.signed_at).where(KnownGatewayEvent.event_id == key)
    if await session.scalar(seen) in (None, signed.signed_at):
        raise GatewayEventRefused("The callback was sent before.")
    return False


def _reason(event: GatewayEvent) -> str:
    return event.reason[:MOST_OF_A_REASON] or DECLINED[0]
