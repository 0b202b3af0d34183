"""Paying an invoice: one live attempt at a time, counted once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.invoices.models import Invoice, InvoiceStatus
from services.billing.invoices.service import find_invoice
from services.billing.payments.gateway import Checkout, PaymentGateway
from services.billing.payments.models import LIVE, MOVES, Payment, PaymentState
from shared.errors import PRESENT_STATE, Conflict, Invalid, NotFound
from shared.events.billing import InvoicePaid, PaymentFailed, PaymentSucceeded
from shared.field_errors import field_error
from shared.origin import Origin
from shared.outbox import cause_of, emit

PAGE_LIFETIME = timedelta(minutes=30)
CALLBACK_GRACE = timedelta(minutes=10)
"""Longer than the last callback of the gateway may take, so that no attempt expires while its payment is pending."""


class InvoiceNotOpen(Conflict):
    """Only an open invoice can be paid."""

    title = "This invoice is not open"
    members = PRESENT_STATE


class PaymentUnderWay(Conflict):
    """Another attempt to pay this invoice is being processed. Wait for its outcome, so that nobody pays twice."""

    title = "A payment is under way"
    members = PRESENT_STATE


class IllegalPaymentMove(Conflict):
    """The payment's state does not allow this. States never go back."""

    title = "The payment is past that"
    members = PRESENT_STATE


async def start_payment(
    session: AsyncSession, gateway: PaymentGateway, invoice: Invoice, return_url: str, *, now: datetime
) -> Payment:
    """Create a payment page for an invoice that the caller has locked. ``now`` is real time.

    While an attempt waits for the person, the same attempt is returned: who closed the page can continue, and two
    clicks cannot pay twice.
    """
    if invoice.status != InvoiceStatus.open:
        raise InvoiceNotOpen(f"Invoice {invoice.number} is {invoice.status}.", state=invoice.status)
    payment = await _live_attempt(session, invoice)
    if payment and payment.state == PaymentState.requires_action and payment.expires_at <= now:
        await fail_payment(session, payment, "expired")
        payment = None
    if payment is None:
        payment = await _new_attempt(session, invoice, now=now)
    elif payment.state != PaymentState.requires_action:
        raise PaymentUnderWay(f"A payment of invoice {invoice.number} is {payment.state}.", state=payment.state)
    assert invoice.number is not None
    payment.pay_url = gateway.page_url(
        Checkout(payment.id, payment.workspace_id, invoice.number, payment.amount_minor, payment.currency, return_url,
                 payment.expires_at)
    )  # fmt: skip
    await session.flush()
    return payment


async def _live_attempt(session: AsyncSession, invoice: Invoice) -> Payment | None:
    query = select(Payment).where(Payment.invoice_id == invoice.id, text(LIVE)).with_for_update()
    return await session.scalar(query.execution_options(populate_existing=True))


async def _new_attempt(session: AsyncSession, invoice: Invoice, *, now: datetime) -> Payment:
    payment = Payment(
        id=uuid4(),
        workspace_id=invoice.workspace_id,
        bill_group_id=invoice.bill_group_id,
        invoice_id=invoice.id,
        state=PaymentState.created,
        amount_minor=invoice.outstanding.minor,
        currency=invoice.currency,
        origin=Origin.of(cause_of(session)),
        created_at=now,
        expires_at=now + PAGE_LIFETIME,
        version=0,
    )
    session.add(payment)
    move(payment, PaymentState.requires_action)
    return payment


def move(payment: Payment, state: PaymentState) -> None:
    """Change the state. Raises `IllegalPaymentMove` where the state machine does not allow it."""
    if state not in MOVES[PaymentState(payment.state)]:
        raise IllegalPaymentMove(f"A payment that is {payment.state} cannot become {state}.", state=payment.state)
    payment.state = state
    payment.version += 1


async def get_payment(session: AsyncSession, workspace_id: UUID, payment_id: UUID) -> Payment:
    payment = await session.scalar(
        select(Payment).where(Payment.id == payment_id, Payment.workspace_id == workspace_id)
    )
    if payment is None:
        raise NotFound("There is no such payment.")
    return payment


async def lock_payment(session: AsyncSession, workspace_id: UUID, payment_id: UUID) -> tuple[Payment, Invoice]:
    """A payment and its invoice, locked. The invoice first, as in `start_payment`, so that the two cannot deadlock."""
    payment = await get_payment(session, workspace_id, payment_id)
    invoice = await find_invoice(session, workspace_id, payment.invoice_id, lock=True)
    await session.refresh(payment, with_for_update=True)
    return payment, invoice


async def succeed_payment(session: AsyncSession, payment: Payment, invoice: Invoice) -> None:
    """Mark the payment as succeeded and the invoice as paid by it. Both must be locked."""
    if payment.state == PaymentState.requires_action:
        move(payment, PaymentState.processing)
    move(payment, PaymentState.succeeded)
    invoice.paid_minor += payment.amount_minor
    if invoice.outstanding.minor == 0:
        invoice.status = InvoiceStatus.paid
    invoice.version += 1
    await session.flush()
    await emit(session, PaymentSucceeded(subject_version=payment.version, **_facts(payment)))
    assert invoice.number is not None
    await emit(
        session,
        InvoicePaid(
            workspace_id=invoice.workspace_id,
            subject_version=invoice.version,
            invoice_id=invoice.id,
            bill_group_id=invoice.bill_group_id,
            number=invoice.number,
            total_minor=invoice.total_minor,
            currency=invoice.currency,
        ),
    )


async def fail_payment(session: AsyncSession, payment: Payment, reason: str) -> None:
    """Mark the payment as failed. The invoice stays open, and another attempt may start."""
    move(payment, PaymentState.failed)
    payment.failure_reason = reason
    payment.pay_url = None
    await session.flush()
    await emit(session, PaymentFailed(subject_version=payment.version, reason=reason, **_facts(payment)))


def _facts(payment: Payment) -> dict[str, object]:
    names = ("workspace_id", "invoice_id", "amount_minor", "currency")
    return {"payment_id": payment.id} | {name: getattr(payment, name) for name in names}


async def claim_stale(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[Payment]:
    """Attempts whose page has expired and for which no callback can arrive any more, locked."""
    over = (Payment.state == PaymentState.requires_action, Payment.expires_at <= now - CALLBACK_GRACE)
    query = select(Payment).where(*over).order_by(Payment.expires_at).limit(limit)
    return (await session.scalars(query.with_for_update(skip_locked=True))).all()


class ForeignReturnUrl(Invalid):
    """After the payment, people are only sent back to pages of this portal."""

    title = "The return address is not of this portal"


def check_return_url(return_url: str, public_url: str) -> str:
    """Returns ``return_url`` if it is a URL of this portal, else raises `ForeignReturnUrl` (S18)."""
    found, own = urlsplit(return_url), urlsplit(public_url)
    plain = return_url.isascii() and return_url.isprintable() and not set(return_url) & set("\\ ")
    if not plain or (found.scheme, found.netloc) != (own.scheme, own.netloc):
        pointer = [field_error("/return_url", "foreign_page", f"must begin with {public_url}/")]
        raise ForeignReturnUrl("The return address must be a page of this portal.", errors=pointer)
    return return_url
