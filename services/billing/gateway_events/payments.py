"""What a gateway tells of payments, refunds and disputes."""

from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.charges import following
from services.billing.gateways import events
from services.billing.gateways.events import DisputeTold, PaymentTold, RefundTold
from services.billing.gateways.port import DECLINED, GatewayEventRefused
from services.billing.payments.locking import LockedPayment, lock_payment
from services.billing.payments.outcomes import process_payment
from services.billing.payments.receiving import record_payment
from services.billing.payments.reversing import dispute_payment, return_payment
from services.billing.refunds import service as refunds
from services.billing.settings import Settings
from shared.outbox import cause_of

DISPUTES = {"dispute_opened": "open", "dispute_won": "won"}

log = structlog.get_logger()


async def take_of_payment(
    session: AsyncSession, settings: Settings, event: PaymentTold | DisputeTold | RefundTold, *, now: datetime
) -> None:
    """Settle the payment that the event is about. Raises `NotFound` for a payment that is not there."""
    locked = await lock_payment(session, event.workspace_id, event.payment_id)
    if event.currency != locked.payment.currency:
        raise GatewayEventRefused(f"The callback says {event.currency}, asked was {locked.payment.currency}.")
    session.info["cause"] = locked.payment.origin.persons_cause(cause_of(session).now)
    if not await _settle(session, settings, locked, event, now=now):
        log.info("gateway_event.late", told=event.told, payment_id=str(event.payment_id), state=locked.payment.state)


async def _settle(
    session: AsyncSession,
    settings: Settings,
    locked: LockedPayment,
    event: PaymentTold | DisputeTold | RefundTold,
    *,
    now: datetime,
) -> bool:
    """Returns whether anything changed."""
    match event:
        case events.PaymentReceived():
            received = {"amount_minor": event.amount_minor, "method": event.method, "reference": event.reference}
            changed = await record_payment(session, locked, **received)  # type: ignore[arg-type]
            await following.received(session, locked)
        case events.PaymentProcessing():
            changed = await process_payment(session, locked, event.method, event.reference, now=now)
        case events.PaymentDeclined():
            changed = await following.decline(session, locked, settings, event.reason or DECLINED[0], event.method)
        case events.PaymentReturned():
            changed = await _returned(session, settings, locked, event.reason)
        case events.DisputeLost():
            changed = await dispute_payment(session, locked, "lost")
            if changed:
                await _returned(session, settings, locked, "dispute_lost")
        case events.DisputeOpened() | events.DisputeWon():
            changed = await dispute_payment(session, locked, DISPUTES[event.told])
        case _:
            changed = await refunds.take_refund(session, locked, event)
    return changed


async def _returned(session: AsyncSession, settings: Settings, locked: LockedPayment, reason: str) -> bool:
    outside = await refunds.outside_minor(session, locked.payment.id)
    changed = await return_payment(session, locked, reason, outside_minor=outside)
    if changed:
        await following.returned(session, locked, settings)
    return changed
