"""What becomes of a payment: processed, received, declined, given up; received although it had been given up. Whatever
is told, in whatever order, an invoice is paid once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.standing import refresh_standing
from services.billing.invoices.models import Invoice, InvoiceStatus
from services.billing.invoices.sending import ask_for_document
from services.billing.invoices.service import find_invoice
from services.billing.invoices.statement import statement_of
from services.billing.payments.models import (
    EXPIRED,
    GIVEN_UP,
    LIVE,
    MOVES,
    SUPERSEDED,
    UNANSWERED,
    Payment,
    PaymentState,
)
from shared.errors import PRESENT_STATE, Conflict, NotFound
from shared.events import Via
from shared.events.billing import InvoicePaid, PaymentFailed, PaymentMethod, PaymentSucceeded
from shared.outbox import Cause, cause_of, emit

log = structlog.get_logger()

CALLBACK_GRACE = timedelta(minutes=10)
"""Longer than the last callback of the gateway may take, so that no attempt expires while its payment is pending."""
PROCESSING_LIFETIME = timedelta(days=14)
"""How long a gateway may take to tell the outcome of a payment that it processes, such as a direct debit."""


class IllegalPaymentMove(Conflict):
    """The payment's state does not allow this. States never go back."""

    title = "The payment is past that"
    members = PRESENT_STATE


def payers_cause(payment: Payment, now: datetime) -> Cause:
    """The cause of a payment's outcome: the person who began it, as they came then, because their click is what
    everything else follows from."""
    cause = payment.origin.cause(now)
    known = cause.actor.via != Via.system
    return replace(cause, actor=cause.actor.model_copy(update={"kind": "user"})) if known else cause


def move(payment: Payment, state: PaymentState) -> None:
    """Change the state. Raises `IllegalPaymentMove` where the state machine does not allow it."""
    final = payment.state == PaymentState.failed and payment.failure_reason not in GIVEN_UP
    if final or state not in MOVES[PaymentState(payment.state)]:
        raise IllegalPaymentMove(f"A payment that is {payment.state} cannot become {state}.", state=payment.state)
    payment.state = state
    payment.version += 1


async def lock_payment(session: AsyncSession, workspace_id: UUID, payment_id: UUID) -> tuple[Payment, Invoice]:
    """A payment and its invoice, locked. The invoice first, as in `start_payment`, so that the two cannot deadlock."""
    found = select(Payment).where(Payment.id == payment_id, Payment.workspace_id == workspace_id)
    payment = await session.scalar(found)
    if payment is None:
        raise NotFound("There is no such payment.")
    invoice = await find_invoice(session, workspace_id, payment.invoice_id, lock=True)
    await session.refresh(payment, with_for_update=True)
    return payment, invoice


async def live_attempt(session: AsyncSession, invoice: Invoice) -> Payment | None:
    """The invoice's attempt that may still succeed, locked."""
    query = select(Payment).where(Payment.invoice_id == invoice.id, text(LIVE)).with_for_update()
    return await session.scalar(query.execution_options(populate_existing=True))


async def process_payment(
    session: AsyncSession, payment: Payment, method: PaymentMethod | None, *, now: datetime
) -> None:
    """The person has paid, and the gateway will tell later whether the money comes. ``now`` is real time."""
    move(payment, PaymentState.processing)
    payment.method = method or payment.method
    payment.pay_url = None
    payment.expires_at = now + PROCESSING_LIFETIME
    await session.flush()


async def succeed_payment(
    session: AsyncSession, payment: Payment, invoice: Invoice, method: PaymentMethod | None
) -> None:
    """The gateway has received the money, possibly after the attempt was given up. The invoice is paid by it, unless
    another payment was faster. Both must be locked."""
    if payment.state == PaymentState.requires_action:
        move(payment, PaymentState.processing)
    counts = invoice.status == InvoiceStatus.open
    move(payment, PaymentState.succeeded if counts else PaymentState.surplus)
    payment.method = method or payment.method
    payment.pay_url = payment.failure_reason = None
    payment.settled_at = cause_of(session).now
    await session.flush()
    await emit(session, PaymentSucceeded(subject_version=payment.version, **await facts_of(session, payment)))
    if counts:
        await _supersede(session, invoice)
        await _pay(session, payment, invoice)
    else:
        log.warning("payment.surplus", payment_id=str(payment.id), invoice_id=str(invoice.id))


async def _supersede(session: AsyncSession, invoice: Invoice) -> None:
    """End the attempt whose page is still open, in silence: that the invoice is paid is told anyway. One that is
    processed already goes on, and is a surplus if it succeeds."""
    other = await live_attempt(session, invoice)
    if other and other.state == PaymentState.requires_action:
        _end(other, SUPERSEDED, cause_of(session).now)
        await session.flush()


async def _pay(session: AsyncSession, payment: Payment, invoice: Invoice) -> None:
    invoice.paid_minor += payment.amount_minor
    if invoice.outstanding.minor == 0:
        invoice.status = InvoiceStatus.paid
    invoice.version += 1
    await session.flush()
    paid = InvoicePaid(
        subject_version=invoice.version,
        paid_by=payment.begun_by,
        method=payment.method,
        **await statement_of(session, invoice),
    )
    await ask_for_document(session, await emit(session, paid))
    await refresh_standing(session, invoice.bill_group_id)


async def fail_payment(
    session: AsyncSession, payment: Payment, reason: str, method: PaymentMethod | None = None
) -> None:
    """Mark the payment as failed. The invoice stays open, and another attempt may start."""
    now = cause_of(session).now
    _end(payment, reason, now)
    payment.method = method or payment.method
    await session.flush()
    facts = await facts_of(session, payment) | {"reason": reason, "actor": payers_cause(payment, now).actor}
    await emit(session, PaymentFailed(subject_version=payment.version, **facts))


def _end(payment: Payment, reason: str, now: datetime) -> None:
    move(payment, PaymentState.failed)
    payment.failure_reason = reason
    payment.pay_url = None
    payment.settled_at = now


async def facts_of(session: AsyncSession, payment: Payment) -> dict[str, Any]:
    """What every event of a payment says."""
    number = await session.scalar(select(Invoice.number).where(Invoice.id == payment.invoice_id))
    names = ("workspace_id", "invoice_id", "bill_group_id", "amount_minor", "currency", "begun_by", "method")
    about = {"payment_id": payment.id, "invoice_number": number}
    return about | {name: getattr(payment, name) for name in names}


async def claim_stale(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[Payment]:
    """Attempts for which no callback is expected any more, locked: their page has expired, or the gateway has not told
    an outcome in time."""
    over = (text("state IN ('requires_action', 'processing')"), Payment.expires_at <= now - CALLBACK_GRACE)
    query = select(Payment).where(*over).order_by(Payment.expires_at).limit(limit)
    return (await session.scalars(query.with_for_update(skip_locked=True))).all()


async def give_up(session: AsyncSession, payment: Payment) -> None:
    """End a stale attempt. If it succeeds later nevertheless, that counts."""
    await fail_payment(session, payment, UNANSWERED if payment.state == PaymentState.processing else EXPIRED)
