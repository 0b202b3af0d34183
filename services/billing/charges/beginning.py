"""The first of a charge's two transactions: what is charged, and whether at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.bill_groups.paying import is_paying_on
from services.billing.bill_groups.service import lock_group
from services.billing.charges.following import decline
from services.billing.charges.models import AutoCharge, ChargeState
from services.billing.credits.service import apply_credit
from services.billing.gateways.port import Charge
from services.billing.invoices.models import OWED, Invoice
from services.billing.invoices.paying import lock_invoices
from services.billing.payment_methods.models import MethodState, PaymentMethod
from services.billing.payment_methods.service import default_method
from services.billing.payments.locking import LockedPayment, lock_payment
from services.billing.payments.models import PaymentAllocation, PaymentState
from services.billing.payments.outcomes import PROCESSING_LIFETIME
from services.billing.payments.service import Asked, add_attempt
from services.billing.settings import Settings
from shared.events.billing import PaymentMethod as HowPaid
from shared.outbox import cause_of

LATER = timedelta(hours=1)
"""How long a charge waits, in business time, while a person is paying the invoice."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A stored attempt, to be sent to the gateway."""

    charge: Charge
    method: HowPaid
    asked_before: bool
    """Whether it may have been sent already, by a worker that did not live to record the answer."""
    paying_is_on: bool
    """Whether it may be sent: what may have been sent before is looked up in any case."""

    @property
    def key(self) -> str:
        return str(self.charge.payment_id)


async def begin(
    session: AsyncSession, settings: Settings, row: AutoCharge, gateway: str, *, now: datetime
) -> Begun | None:
    """Store an attempt, or find the one whose outcome is unknown. None where there is nothing to ask: then the row says
    why. While paying online is switched off, nothing new is begun. ``now`` is real time."""
    group = await lock_group(session, row.workspace_id, row.bill_group_id)
    invoices = await lock_invoices(session, [row.invoice_id])
    charge = await _lock(session, row)
    if charge.state == ChargeState.charging and charge.payment_id:
        return await _resume(session, settings, await lock_payment(session, row.workspace_id, charge.payment_id))
    if charge.state != ChargeState.waiting:
        return None
    invoice = invoices[row.invoice_id]
    method = await default_method(session, group)
    await apply_credit(session, group)
    if _nothing_to_do(charge, group, invoice, method) or not is_paying_on(group, settings):
        return None
    if await _is_being_paid(session, invoice):
        charge.next_at = cause_of(session).now + LATER
        return None
    assert method is not None
    return await _attempt(session, settings, charge, group, invoice, method, gateway, now=now)


def _nothing_to_do(charge: AutoCharge, group: BillGroup, invoice: Invoice, method: PaymentMethod | None) -> bool:
    if invoice.status not in OWED:
        charge.state, charge.next_at = ChargeState.done, None
    elif not group.auto_pay or method is None:
        charge.state, charge.next_at = ChargeState.stopped, None
    return charge.state != ChargeState.waiting


async def _lock(session: AsyncSession, row: AutoCharge) -> AutoCharge:
    mine = select(AutoCharge).where(AutoCharge.id == row.id).with_for_update()
    return (await session.scalars(mine.execution_options(populate_existing=True))).one()


async def _is_being_paid(session: AsyncSession, invoice: Invoice) -> bool:
    live = select(PaymentAllocation.payment_id).where(
        PaymentAllocation.invoice_id == invoice.id, PaymentAllocation.live
    )
    return await session.scalar(live) is not None


async def _attempt(
    session: AsyncSession, settings: Settings, charge: AutoCharge, group: BillGroup, invoice: Invoice,
    method: PaymentMethod, gateway: str, *, now: datetime,
) -> Begun | None:  # fmt: skip
    asked = [Asked(invoice, invoice.outstanding.minor)]
    locked = await add_attempt(
        session, group, asked, state=PaymentState.created, gateway=gateway, now=now,
        expires_at=now + PROCESSING_LIFETIME, payment_method_id=method.id,
    )  # fmt: skip
    charge.payment_id, charge.state = locked.payment.id, ChargeState.charging
    await session.flush()
    if method.state != MethodState.active or method.gateway != gateway:
        expired = method.state == MethodState.expired
        await decline(session, locked, settings, "card_expired" if expired else "declined", how(method))
        return None
    return _begun(locked, invoice, method, asked_before=False, paying_is_on=True)


async def _resume(session: AsyncSession, settings: Settings, locked: LockedPayment) -> Begun | None:
    if not locked.payment.is_live:
        return None
    method = await session.get_one(PaymentMethod, locked.payment.payment_method_id)
    [invoice] = locked.invoices.values()
    return _begun(locked, invoice, method, asked_before=True, paying_is_on=is_paying_on(locked.group, settings))


def _begun(
    locked: LockedPayment, invoice: Invoice, method: PaymentMethod, *, asked_before: bool, paying_is_on: bool
) -> Begun:
    payment = locked.payment
    asked = Charge(
        payment_id=payment.id, workspace_id=payment.workspace_id, bill_group_id=payment.bill_group_id,
        method_reference=method.reference or "", kind=method.kind,  # type: ignore[arg-type]
        description=invoice.number or "", amount_minor=payment.amount_minor, currency=payment.currency,
    )  # fmt: skip
    return Begun(asked, how(method), asked_before, paying_is_on)


def how(method: PaymentMethod) -> HowPaid:
    """How a saved method pays."""
    return "card" if method.kind == "card" else "direct_debit"
