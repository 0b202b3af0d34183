"""Paying credit back, by the way that it came. The credit is reserved at once; leased work sends it."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.bill_groups.service import lock_group
from services.billing.credits.models import EntryKind
from services.billing.credits.service import apply_credit, change_credit, credit_of, tell
from services.billing.gateways import port
from services.billing.gateways.calling import BATCH, LEASE, UNTIL_ANSWERED, called
from services.billing.gateways.choosing import gateway_of
from services.billing.gateways.events import RefundDone, RefundFailed
from services.billing.payments.locking import LockedPayment, lock_payment
from services.billing.payments.models import Payment, PaymentState
from services.billing.payments.receiving import record_payment
from services.billing.payments.reversing import take_back
from services.billing.refunds.models import Refund, RefundState
from shared.errors import Conflict
from shared.events.billing import CreditRefundEnded, CreditRefundStarted
from shared.jobs import JobContext
from shared.leases import Claim, GivenUp, claim
from shared.origin import Origin
from shared.outbox import cause_of, transaction


class NotThatMuchCredit(Conflict):
    """The customer has less credit than is to be paid back. Read the credit again."""

    title = "There is not that much credit"


class NoWayBack(Conflict):
    """The payments that came through the payment gateway are too small, or too old, to pay so much back through it. Pay
    it back in another way."""

    title = "This cannot be paid back by the way that it came"


async def refund_credit(
    session: AsyncSession, workspace_id: UUID, bill_group_id: UUID, minor: int, gateway: str
) -> list[Refund]:
    """Begin to pay credit back: the newest payments first, as many as it takes. Raises `NotThatMuchCredit`,
    `NoWayBack`."""
    group = await lock_group(session, workspace_id, bill_group_id)
    if minor > await credit_of(session, group.id):
        raise NotThatMuchCredit("The customer has less credit than that.")
    left, refunds = minor, []
    for payment in await _refundable(session, group, gateway):
        part = min(left, payment.amount_minor - payment.refunded_minor)
        if part:
            refunds.append(await _start(session, group, payment, part))
            left -= part
    if left:
        raise NoWayBack("Less than that came through the payment gateway and was not paid back.")
    return refunds


async def _refundable(session: AsyncSession, group: BillGroup, gateway: str) -> Sequence[Payment]:
    received = (Payment.bill_group_id == group.id, Payment.state == PaymentState.succeeded)
    ours = (Payment.gateway == gateway, Payment.reference.is_not(None), Payment.dispute.is_distinct_from("open"))
    newest = select(Payment).where(*received, *ours, Payment.refunded_minor < Payment.amount_minor)
    query = newest.order_by(Payment.begun_at.desc(), Payment.id).limit(100).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def _start(session: AsyncSession, group: BillGroup, payment: Payment, minor: int) -> Refund:
    cause = cause_of(session)
    refund = Refund(
        id=uuid4(), workspace_id=group.workspace_id, bill_group_id=group.id, payment_id=payment.id,
        state=RefundState.requested, outside=False, amount_minor=minor, currency=payment.currency,
        requested_at=cause.now, origin=Origin.of(cause), version=1, tries=0,
    )  # fmt: skip
    session.add(refund)
    payment.refunded_minor += minor
    payment.version += 1
    await session.flush()
    await change_credit(session, group, EntryKind.refund, -minor, refund_id=refund.id)
    await tell(session, group, CreditRefundStarted, minor, refund_id=refund.id)
    return refund


async def claim_refunds(job: JobContext, session: AsyncSession) -> Sequence[Claim[Refund]]:
    return await claim(session, Refund, UNTIL_ANSWERED, now=job.real_now, lease=LEASE, limit=BATCH)


async def send_refund(job: JobContext, row: Refund) -> None:
    """Ask the gateway, between two transactions, and record its answer."""
    cause = row.origin.cause(job.now)
    async with transaction(job.sessions, cause, workspace_id=row.workspace_id) as session:
        payment = await session.get_one(Payment, row.payment_id)
    if row.state != RefundState.requested:
        return
    asked = port.Refund(
        row.id, row.payment_id, row.workspace_id, payment.reference or "", row.amount_minor, row.currency
    )
    gateway = gateway_of(job.settings, job.sessions, job.clock)
    answer = await called("refund", gateway.refund(asked, key=str(row.id)))
    async with transaction(job.sessions, cause, workspace_id=row.workspace_id) as session:
        locked = await lock_payment(session, row.workspace_id, row.payment_id)
        refund = await _lock(session, row.id)
        match answer:
            case port.Approved():
                await _end(session, locked, refund, RefundState.done, None)
            case port.Declined():
                await _end(session, locked, refund, RefundState.failed, answer.reason)
            case port.Processing():
                if refund and refund.state == RefundState.requested:
                    refund.state = RefundState.processing
            case port.Unknown():
                pass


async def release(job: JobContext, session: AsyncSession, row: Refund, outcome: GivenUp | None) -> None:
    """Send again later what has no answer yet."""
    row.due_at = UNTIL_ANSWERED.next_try(row, job.real_now) if row.state == RefundState.requested else None


async def take_refund(session: AsyncSession, locked: LockedPayment, event: RefundDone | RefundFailed) -> bool:
    """The gateway tells what became of a refund. One that was begun in its own dashboard takes credit first, and then
    reopens what the payment had paid."""
    refund = await _lock(session, event.refund_id) if event.refund_id else None
    if refund is not None and refund.payment_id == locked.payment.id:
        done = isinstance(event, RefundDone)
        reason = None if isinstance(event, RefundDone) else event.reason
        return await _end(session, locked, refund, RefundState.done if done else RefundState.failed, reason)
    if isinstance(event, RefundFailed):
        return False
    return await _refunded_outside(session, locked, event)


async def _refunded_outside(session: AsyncSession, locked: LockedPayment, event: RefundDone) -> bool:
    payment, cause = locked.payment, cause_of(session)
    if payment.state == PaymentState.returned:
        return False
    if payment.state != PaymentState.succeeded:  # what is paid back has come before
        await record_payment(session, locked, amount_minor=payment.amount_minor, method=None, reference=event.reference)
    minor = min(event.amount_minor, payment.amount_minor - payment.refunded_minor)
    if minor <= 0:
        return False
    refund = Refund(
        id=uuid4(), workspace_id=payment.workspace_id, bill_group_id=payment.bill_group_id, payment_id=payment.id,
        state=RefundState.done, outside=True, amount_minor=minor, currency=payment.currency, requested_at=cause.now,
        settled_at=cause.now, origin=Origin.of(cause), version=1, tries=0, due_at=None,
    )  # fmt: skip
    session.add(refund)
    payment.refunded_minor += minor
    payment.version += 1
    await session.flush()
    await take_back(session, locked, minor)
    return True


async def _end(
    session: AsyncSession, locked: LockedPayment, refund: Refund | None, state: RefundState, reason: str | None
) -> bool:
    if refund is None or refund.state in (RefundState.failed, state):
        return False
    refund.state, refund.reason, refund.settled_at = state, reason and reason[:200], cause_of(session).now
    refund.version += 1
    if state == RefundState.failed:
        locked.payment.refunded_minor -= refund.amount_minor
        locked.payment.version += 1
        await change_credit(session, locked.group, EntryKind.refund_failed, refund.amount_minor, refund_id=refund.id)
    await session.flush()
    about = {"refund_id": refund.id, "outcome": state.value, "reason": refund.reason or ""}
    await tell(session, locked.group, CreditRefundEnded, refund.amount_minor, **about)
    if state == RefundState.failed:
        await apply_credit(session, locked.group)
    return True


async def _lock(session: AsyncSession, refund_id: UUID) -> Refund | None:
    query = select(Refund).where(Refund.id == refund_id).with_for_update()
    return await session.scalar(query.execution_options(populate_existing=True))


async def outside_minor(session: AsyncSession, payment_id: UUID) -> int:
    """What of a payment was paid back in the gateway's own dashboard."""
    mine = (Refund.payment_id == payment_id, Refund.outside)
    return int(await session.scalar(select(func.sum(Refund.amount_minor)).where(*mine)) or 0)
