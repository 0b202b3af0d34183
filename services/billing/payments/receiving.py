"""Money arrives, here and nowhere else. It is never refused for the state that Portico has: it pays the invoices that
it is for, as far as they are owed, and the rest becomes the customer's credit."""

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.standing import refresh_standing
from services.billing.credits.service import add_surplus, apply_credit
from services.billing.invoices.models import OWED
from services.billing.invoices.paying import pay_invoice
from services.billing.payments.locking import LockedPayment, facts_of, with_allocations
from services.billing.payments.models import SUPERSEDED, PaymentAllocation, PaymentState
from services.billing.payments.outcomes import end
from shared.events.billing import PaymentMethod, PaymentSucceeded
from shared.outbox import cause_of, emit

log = structlog.get_logger()


async def record_payment(
    session: AsyncSession,
    locked: LockedPayment,
    *,
    amount_minor: int,
    method: PaymentMethod | None,
    reference: str | None,
) -> bool:
    """Record what the gateway has received for a payment, whatever was thought to have become of it before. Returns
    False, and changes nothing, if it was recorded already: a gateway may tell a thing twice."""
    payment = locked.payment
    if payment.state in (PaymentState.succeeded, PaymentState.returned):
        return False
    if amount_minor != payment.amount_minor:
        log.warning("payment.other_amount", payment_id=str(payment.id), asked=payment.amount_minor, got=amount_minor)
    payment.amount_minor = amount_minor
    payment.state = PaymentState.succeeded
    payment.version += 1
    payment.method = method or payment.method
    payment.reference = reference or payment.reference
    payment.pay_url = payment.failure_reason = None
    payment.settled_at = cause_of(session).now
    paid = _allocate(locked)
    await session.flush()
    await emit(session, PaymentSucceeded(**facts_of(locked)))
    for allocation in paid:
        invoice = locked.invoices[allocation.invoice_id]
        how = {"paid_by": payment.begun_by, "method": payment.method}
        await pay_invoice(session, invoice, allocation.paid_minor, **how)  # type: ignore[arg-type]
    if paid:
        await refresh_standing(session, locked.group.id)
    await _supersede(session, locked)
    surplus = payment.amount_minor - locked.allocated_minor
    if surplus:
        await add_surplus(session, locked.group, surplus, payment.id)
        await apply_credit(session, locked.group)
    return True


def _allocate(locked: LockedPayment) -> list[PaymentAllocation]:
    """Divide the money between what it is for, in order. Returns what gets some."""
    left, paid = locked.payment.amount_minor, []
    for allocation in locked.allocations:
        owed = locked.invoices[allocation.invoice_id].outstanding.minor
        allocation.paid_minor = min(left, allocation.asked_minor, owed)
        left -= allocation.paid_minor
        if allocation.paid_minor:
            paid.append(allocation)
    return paid


async def _supersede(session: AsyncSession, locked: LockedPayment) -> None:
    """End the attempts whose page is still open and that nothing is left to pay of, in silence: that the invoices are
    paid is told anyway. If one of them succeeds all the same, that is credit."""
    settled = [invoice.id for invoice in locked.invoices.values() if invoice.status not in OWED]
    live = (PaymentAllocation.invoice_id.in_(settled), PaymentAllocation.live)
    others = await session.scalars(select(PaymentAllocation.payment_id).where(*live).distinct())
    for payment_id in others.all():
        other = await with_allocations(session, payment_id, locked.group, locked.invoices)
        waits = other.payment.state == PaymentState.requires_action
        if waits and all(allocation.invoice_id in settled for allocation in other.allocations):
            end(other.payment, SUPERSEDED, cause_of(session).now)
            await session.flush()
