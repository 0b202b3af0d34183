"""Money that is gone again: a debit that the bank returned, a lost dispute, a refund in the gateway's own dashboard."""

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.standing import refresh_standing
from services.billing.credits.models import EntryKind
from services.billing.credits.service import apply_credit, change_credit, credit_of, tell, unapply
from services.billing.invoices.paying import unpay_invoice
from services.billing.payments.locking import LockedPayment, facts_of
from services.billing.payments.models import PaymentState
from shared.events.billing import CreditTakenBack, PaymentDisputed, PaymentReturned
from shared.outbox import cause_of, emit

log = structlog.get_logger()


async def return_payment(session: AsyncSession, locked: LockedPayment, reason: str, *, outside_minor: int) -> bool:
    """The bank took a payment back: all that it paid is open again. ``outside_minor`` of it had been paid back in the
    gateway's dashboard before. False if it is gone already. If that is told before the money, there is nothing to take
    back, and the money is not counted when it is told."""
    payment = locked.payment
    if payment.state == PaymentState.returned:
        return False
    counted = payment.state == PaymentState.succeeded
    payment.state = PaymentState.returned
    payment.version += 1
    payment.failure_reason = reason[:200] or "returned"
    payment.settled_at = cause_of(session).now
    payment.pay_url = None
    await session.flush()
    if counted:
        await _take_back(session, locked, payment.amount_minor - outside_minor, own_first=True)
    await emit(session, PaymentReturned(reason=payment.failure_reason, **facts_of(locked)))
    await apply_credit(session, locked.group)
    return True


async def take_back(session: AsyncSession, locked: LockedPayment, minor: int) -> None:
    """A part of a received payment went back by itself: first credit, then what the payment paid."""
    await _take_back(session, locked, minor, own_first=False)


async def _take_back(session: AsyncSession, locked: LockedPayment, minor: int, *, own_first: bool) -> None:
    left = minor
    if own_first:
        left -= await _unallocate(session, locked, left)
    left -= await _from_credit(session, locked, left)
    if not own_first:
        left -= await _unallocate(session, locked, left)
    if left and await unapply(session, locked.group, left):
        left -= await _from_credit(session, locked, left)
    if left:
        locked.payment.uncovered_minor += left
        await session.flush()
        log.error("payment.uncovered", payment_id=str(locked.payment.id), minor=left)
        about = {"payment_id": locked.payment.id, "uncovered_minor": left}
        await tell(session, locked.group, CreditTakenBack, 0, **about)


async def _unallocate(session: AsyncSession, locked: LockedPayment, most: int) -> int:
    """Reopen what the payment paid, the last first."""
    left = most
    for allocation in reversed(locked.allocations):
        minor = min(left, allocation.paid_minor)
        if minor:
            allocation.paid_minor -= minor
            await unpay_invoice(session, locked.invoices[allocation.invoice_id], minor)
            left -= minor
    if left < most:
        await refresh_standing(session, locked.group.id)
    return most - left


async def _from_credit(session: AsyncSession, locked: LockedPayment, most: int) -> int:
    minor = min(most, await credit_of(session, locked.group.id))
    if minor:
        await change_credit(session, locked.group, EntryKind.taken_back, -minor, payment_id=locked.payment.id)
        about = {"payment_id": locked.payment.id, "uncovered_minor": 0}
        await tell(session, locked.group, CreditTakenBack, minor, **about)
    return minor


async def dispute_payment(session: AsyncSession, locked: LockedPayment, status: str) -> bool:
    """A dispute was opened, won or lost. False if that is known, or something newer is: what comes late opens nothing
    again."""
    payment = locked.payment
    if payment.dispute == status or payment.dispute in ("won", "lost"):
        return False
    payment.dispute = status
    payment.version += 1
    await session.flush()
    await emit(session, PaymentDisputed(status=status, **facts_of(locked)))
    return True
