"""Beginning to pay invoices: one live attempt per invoice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.bill_groups.paying import check_paying_is_on
from services.billing.bill_groups.service import lock_group
from services.billing.gateways.links import HostedLink, Links
from services.billing.invoices.models import OWED, Invoice
from services.billing.invoices.paying import lock_invoices
from services.billing.invoices.service import find_invoice
from services.billing.payments.locking import LockedPayment, facts_of, with_allocations
from services.billing.payments.models import EXPIRED, Payment, PaymentAllocation, PaymentState
from services.billing.payments.outcomes import CALLBACK_GRACE, fail_payment
from services.billing.settings import Settings
from shared.errors import PRESENT_STATE, Conflict, Invalid, NotFound
from shared.events.billing import PaymentStarted
from shared.field_errors import field_error
from shared.origin import Origin
from shared.outbox import cause_of, emit

PAGE_LIFETIME = timedelta(minutes=30)


class InvoiceNotOpen(Conflict):
    """Only an invoice that is owed can be paid."""

    title = "This invoice is not open"
    members = PRESENT_STATE


class PaymentUnderWay(Conflict):
    """Another attempt to pay this invoice is under way. Wait for its outcome, so that nobody pays twice."""

    title = "A payment is under way"
    members = PRESENT_STATE


@dataclass(frozen=True, slots=True)
class Share:
    """What is to be paid of an invoice; None: all that it owes."""

    invoice_id: UUID
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An invoice, and how much of it is to be paid."""

    invoice: Invoice
    minor: int


async def start_payment(
    session: AsyncSession,
    settings: Settings,
    gateway: str,
    workspace_id: UUID,
    shares: Sequence[Share],
    return_url: str,
    *,
    now: datetime,
) -> LockedPayment:
    """Begin to pay invoices of one bill group, or parts of them. ``now`` is real time. Raises `PayingIsOff`.

    While an attempt to pay the same waits for the person, it is returned: who closed the page can continue, and two
    clicks cannot pay twice.
    """
    group, asked = await _lock_asked(session, settings, workspace_id, shares)
    waiting = await _live_attempt(session, group, asked, now=now)
    locked = waiting or await _new_attempt(session, group, asked, gateway, now=now)
    payment = locked.payment
    link = HostedLink("payment", payment.id, workspace_id, return_url, payment.expires_at)
    payment.pay_url = Links.of(settings).address_of(link)
    await session.flush()
    return locked


async def _lock_asked(
    session: AsyncSession, settings: Settings, workspace_id: UUID, shares: Sequence[Share]
) -> tuple[BillGroup, list[Asked]]:
    first = await find_invoice(session, workspace_id, shares[0].invoice_id)
    group = await lock_group(session, workspace_id, first.bill_group_id)
    check_paying_is_on(group, settings)
    invoices = await lock_invoices(session, [share.invoice_id for share in shares])
    return group, [_asked(group, invoices, number, share) for number, share in enumerate(shares)]


def _asked(group: BillGroup, invoices: dict[UUID, Invoice], number: int, share: Share) -> Asked:
    invoice = invoices.get(share.invoice_id)
    if invoice is None or invoice.workspace_id != group.workspace_id:
        raise NotFound("There is no such invoice.")
    if invoice.bill_group_id != group.id:
        wrong = [field_error(f"/invoices/{number}/invoice_id", "does_not_fit", "must be of the same bill group")]
        raise Invalid("Pay the invoices of one bill group at a time.", errors=wrong)
    if invoice.status not in OWED:
        raise InvoiceNotOpen(f"Invoice {invoice.number} is {invoice.status}.", state=invoice.status)
    owed = invoice.outstanding.minor
    if share.amount_minor and share.amount_minor > owed:
        wrong = [field_error(f"/invoices/{number}/amount_minor", "too_large", f"must be at most {owed}")]
        raise Invalid("This is more than the invoice owes.", errors=wrong)
    return Asked(invoice, share.amount_minor or owed)


async def _live_attempt(
    session: AsyncSession, group: BillGroup, asked: Sequence[Asked], *, now: datetime
) -> LockedPayment | None:
    """The attempt to pay exactly this that waits for the person. Those that can end are ended. Raises
    `PaymentUnderWay`."""
    invoices = {each.invoice.id: each.invoice for each in asked}
    live = (PaymentAllocation.invoice_id.in_(invoices), PaymentAllocation.live)
    for payment_id in (await session.scalars(select(PaymentAllocation.payment_id).where(*live).distinct())).all():
        others = select(PaymentAllocation.invoice_id).where(PaymentAllocation.payment_id == payment_id)
        locked = await with_allocations(session, payment_id, group, await lock_invoices(
            session, await session.scalars(others)))  # fmt: skip
        payment = locked.payment
        waits = payment.state == PaymentState.requires_action
        if waits and payment.expires_at + CALLBACK_GRACE <= now:
            await fail_payment(session, locked, EXPIRED)
        elif waits and payment.expires_at > now and _same(locked, asked):
            return locked
        else:
            numbers = ", ".join(str(invoice.number) for invoice in locked.invoices.values())
            raise PaymentUnderWay(f"A payment of invoice {numbers} is {payment.state}.", state=payment.state)
    return None


def _same(locked: LockedPayment, asked: Sequence[Asked]) -> bool:
    before = {allocation.invoice_id: allocation.asked_minor for allocation in locked.allocations}
    return before == {each.invoice.id: each.minor for each in asked}


async def _new_attempt(
    session: AsyncSession, group: BillGroup, asked: Sequence[Asked], gateway: str, *, now: datetime
) -> LockedPayment:
    locked = await add_attempt(
        session, group, asked, state=PaymentState.requires_action, gateway=gateway, now=now,
        expires_at=now + PAGE_LIFETIME,
    )  # fmt: skip
    await emit(session, PaymentStarted(**facts_of(locked)))
    return locked


async def add_attempt(
    session: AsyncSession,
    group: BillGroup,
    asked: Sequence[Asked],
    *,
    state: PaymentState,
    gateway: str,
    now: datetime,
    expires_at: datetime,
    payment_method_id: UUID | None = None,
) -> LockedPayment:
    """Store a new attempt, in silence. The unique index of live allocations refuses a second one."""
    cause = cause_of(session)
    payment = Payment(
        id=uuid4(), workspace_id=group.workspace_id, bill_group_id=group.id, state=state, currency=group.currency,
        amount_minor=sum(each.minor for each in asked), refunded_minor=0, uncovered_minor=0, gateway=gateway,
        payment_method_id=payment_method_id, origin=Origin.of(cause), created_at=now, begun_at=cause.now,
        expires_at=expires_at, version=1,
    )  # fmt: skip
    session.add(payment)
    await session.flush()
    allocations = [
        PaymentAllocation(
            payment_id=payment.id, invoice_id=each.invoice.id, workspace_id=group.workspace_id,
            bill_group_id=group.id, position=position, asked_minor=each.minor, paid_minor=0, live=True,
        )
        for position, each in enumerate(asked, start=1)
    ]  # fmt: skip
    session.add_all(allocations)
    await session.flush()
    return LockedPayment(payment, group, allocations, {each.invoice.id: each.invoice for each in asked})
