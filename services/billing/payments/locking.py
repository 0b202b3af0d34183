"""A payment with all that it may change, locked in the one order; and what events say of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.bill_groups.service import lock_group
from services.billing.invoices.models import Invoice
from services.billing.invoices.paying import lock_invoices
from services.billing.payments.models import Payment, PaymentAllocation
from shared.errors import NotFound
from shared.events.billing import PaidInvoice


@dataclass(frozen=True, slots=True)
class LockedPayment:
    """A payment, the group that pays, and what it is for."""

    payment: Payment
    group: BillGroup
    allocations: Sequence[PaymentAllocation]
    """In the order in which they are paid."""
    invoices: dict[UUID, Invoice]

    @property
    def allocated_minor(self) -> int:
        return sum(allocation.paid_minor for allocation in self.allocations)


async def lock_payment(session: AsyncSession, workspace_id: UUID, payment_id: UUID) -> LockedPayment:
    """The payment, with its group and invoices locked before it. Raises `NotFound`."""
    mine = (Payment.id == payment_id, Payment.workspace_id == workspace_id)
    group_id = await session.scalar(select(Payment.bill_group_id).where(*mine))
    if group_id is None:
        raise NotFound("There is no such payment.")
    group = await lock_group(session, workspace_id, group_id)
    for_invoices = select(PaymentAllocation.invoice_id).where(PaymentAllocation.payment_id == payment_id)
    invoices = await lock_invoices(session, await session.scalars(for_invoices))
    return await with_allocations(session, payment_id, group, invoices)


async def with_allocations(
    session: AsyncSession, payment_id: UUID, group: BillGroup, invoices: dict[UUID, Invoice]
) -> LockedPayment:
    """The payment, locked, where its group and invoices are already."""
    anew = {"populate_existing": True}
    query = select(Payment).where(Payment.id == payment_id).with_for_update()
    payment = (await session.scalars(query.execution_options(**anew))).one()
    of_payment = select(PaymentAllocation).where(PaymentAllocation.payment_id == payment_id)
    found = await session.scalars(of_payment.order_by(PaymentAllocation.position).execution_options(**anew))
    return LockedPayment(payment, group, found.all(), invoices)


def facts_of(locked: LockedPayment) -> dict[str, Any]:
    """What every event of a payment says."""
    payment = locked.payment
    told = tuple(_told(allocation, locked.invoices[allocation.invoice_id]) for allocation in locked.allocations)
    names = ("workspace_id", "bill_group_id", "amount_minor", "currency", "begun_by", "method")
    about: dict[str, Any] = {name: getattr(payment, name) for name in names}
    first = {"invoice_id": told[0].invoice_id, "invoice_number": told[0].number}
    more = {"payment_id": payment.id, "invoices": told, "automatic": payment.is_automatic}
    return about | first | more | {"subject_version": payment.version}


def _told(allocation: PaymentAllocation, invoice: Invoice) -> PaidInvoice:
    amounts = {"asked_minor": allocation.asked_minor, "paid_minor": allocation.paid_minor}
    return PaidInvoice(invoice_id=invoice.id, number=invoice.number or "", **amounts)
