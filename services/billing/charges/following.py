"""What the outcome of a payment means for the automatic charges of its invoices. The payment must be locked, and is
locked before its charge, here and everywhere."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.charges.models import AutoCharge, ChargeState
from services.billing.invoices.models import OWED
from services.billing.invoices.reminders import tell_staff
from services.billing.payments.locking import LockedPayment
from services.billing.payments.outcomes import fail_payment
from services.billing.settings import Settings
from shared.events.billing import PaymentMethod
from shared.outbox import cause_of

PAUSES = tuple(timedelta(days=days) for days in (2, 5, 7, 7))
"""Between one failed try and the next, in business time. After the last one there is none."""


async def charge_of(session: AsyncSession, locked: LockedPayment) -> AutoCharge | None:
    """The charge whose current try a payment is, locked."""
    mine = select(AutoCharge).where(AutoCharge.payment_id == locked.payment.id).with_for_update()
    return await session.scalar(mine.execution_options(populate_existing=True))


async def received(session: AsyncSession, locked: LockedPayment) -> None:
    """The money came: nothing is left to charge, unless it was less than what is owed."""
    charge = await charge_of(session, locked)
    if charge:
        charge.state, charge.next_at = ChargeState.done, None
        await session.flush()


async def decline(
    session: AsyncSession, locked: LockedPayment, settings: Settings, reason: str, method: PaymentMethod | None = None
) -> bool:
    """Nothing came. An automatic charge is tried again later; the event says when. False if the attempt has an outcome
    already."""
    if not locked.payment.is_live:
        return False
    next_try_on = None
    if charge := await charge_of(session, locked):
        _plan_next(session, charge)
        next_try_on = settings.day_of(charge.next_at) if charge.next_at else None
    await fail_payment(session, locked, reason, method, next_try_on=next_try_on)
    if charge and charge.state == ChargeState.exhausted:
        await _tell_staff(session, locked, settings)
    return True


async def returned(session: AsyncSession, locked: LockedPayment, settings: Settings) -> None:
    """A bank took the money back: that counts as a failed try."""
    charge = await charge_of(session, locked)
    if charge:
        _plan_next(session, charge)
        await session.flush()
        if charge.state == ChargeState.exhausted:
            await _tell_staff(session, locked, settings)


def _plan_next(session: AsyncSession, charge: AutoCharge) -> None:
    pause = PAUSES[charge.failures] if charge.failures < len(PAUSES) else None
    charge.failures = min(charge.failures + 1, len(PAUSES) + 1)
    charge.state = ChargeState.waiting if pause else ChargeState.exhausted
    charge.next_at = cause_of(session).now + pause if pause else None


async def _tell_staff(session: AsyncSession, locked: LockedPayment, settings: Settings) -> None:
    for invoice in locked.invoices.values():
        if invoice.status in OWED:
            await tell_staff(session, invoice, today=settings.day_of(cause_of(session).now))
