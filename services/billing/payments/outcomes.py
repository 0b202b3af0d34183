"""What becomes of an attempt without money: it is processed, declined, given up. What is told too late, or twice,
changes nothing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.payments.locking import LockedPayment, facts_of
from services.billing.payments.models import EXPIRED, UNANSWERED, Payment, PaymentState
from shared.events.billing import PaymentFailed, PaymentMethod
from shared.outbox import cause_of, emit

CALLBACK_GRACE = timedelta(minutes=10)
"""Longer than the last callback of the gateway may take. Until then an attempt whose page has expired is under way."""
PROCESSING_LIFETIME = timedelta(days=14)
"""How long a gateway may take to tell the outcome of a payment that it processes, such as a direct debit."""
MOST_OF_A_REASON = 200


async def process_payment(
    session: AsyncSession, locked: LockedPayment, method: PaymentMethod | None, reference: str | None, *, now: datetime
) -> bool:
    """The gateway has accepted the payment, and will tell whether the money comes. ``now`` is real time. False if the
    attempt is past that."""
    payment = locked.payment
    if payment.state not in (PaymentState.created, PaymentState.requires_action):
        return False
    payment.state = PaymentState.processing
    payment.version += 1
    payment.method = method or payment.method
    payment.reference = reference or payment.reference
    payment.pay_url = None
    payment.expires_at = now + PROCESSING_LIFETIME
    await session.flush()
    return True


async def fail_payment(
    session: AsyncSession,
    locked: LockedPayment,
    reason: str,
    method: PaymentMethod | None = None,
    *,
    next_try_on: date | None = None,
) -> bool:
    """Mark the attempt as failed. What it was for stays open. False if it has an outcome already."""
    payment = locked.payment
    if not payment.is_live:
        return False
    now = cause_of(session).now
    end(payment, reason[:MOST_OF_A_REASON], now)
    payment.method = method or payment.method
    await session.flush()
    about = facts_of(locked) | {"reason": payment.failure_reason, "actor": payment.origin.persons_cause(now).actor}
    await emit(session, PaymentFailed(next_try_on=next_try_on, **about))
    return True


def end(payment: Payment, reason: str, now: datetime) -> None:
    """End a live attempt without telling."""
    payment.state = PaymentState.failed
    payment.version += 1
    payment.failure_reason = reason
    payment.pay_url = None
    payment.settled_at = now


async def stale_attempts(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[Payment]:
    """Attempts for which no callback is expected any more: their page has expired, or the gateway has not told an
    outcome in time. Look again under the lock (`stale_reason`)."""
    over = (text("state IN ('requires_action', 'processing')"), Payment.expires_at <= now - CALLBACK_GRACE)
    return (await session.scalars(select(Payment).where(*over).order_by(Payment.expires_at).limit(limit))).all()


def stale_reason(payment: Payment, *, now: datetime) -> str | None:
    """Why a locked attempt is given up; None if it is not stale. If it succeeds later nevertheless, that counts."""
    if payment.expires_at > now - CALLBACK_GRACE:
        return None
    return {PaymentState.processing: UNANSWERED, PaymentState.requires_action: EXPIRED}.get(PaymentState(payment.state))
