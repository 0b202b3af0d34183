"""Beginning to pay an invoice: one live attempt at a time."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.invoices.models import Invoice, InvoiceStatus
from services.billing.payments.gateway import Checkout, PaymentGateway
from services.billing.payments.models import EXPIRED, Payment, PaymentState
from services.billing.payments.outcomes import facts_of, fail_payment, live_attempt, move
from services.billing.settings import Settings
from shared.errors import PRESENT_STATE, Conflict, Invalid
from shared.events.billing import PaymentStarted
from shared.field_errors import field_error
from shared.origin import Origin
from shared.outbox import cause_of, emit

PAGE_LIFETIME = timedelta(minutes=30)


class InvoiceNotOpen(Conflict):
    """Only an open invoice can be paid."""

    title = "This invoice is not open"
    members = PRESENT_STATE


class PaymentUnderWay(Conflict):
    """Another attempt to pay this invoice is being processed. Wait for its outcome, so that nobody pays twice."""

    title = "A payment is under way"
    members = PRESENT_STATE


class PayingIsOff(Conflict):
    """The seller has switched paying online off, for this bill group or for everybody. The invoice says how else to
    pay."""

    title = "Paying online is switched off"


async def check_paying(session: AsyncSession, settings: Settings, invoice: Invoice) -> None:
    """Raises `PayingIsOff`. The group's switch stays as it is until the transaction ends."""
    group = select(BillGroup.paying_on).where(BillGroup.id == invoice.bill_group_id)
    if not settings.online_payments or not await session.scalar(group.with_for_update(read=True)):
        raise PayingIsOff(f"Invoice {invoice.number} cannot be paid online. It says how else to pay.")


async def start_payment(
    session: AsyncSession, gateway: PaymentGateway, invoice: Invoice, return_url: str, *, now: datetime
) -> Payment:
    """Create a payment page for an invoice that the caller has locked. ``now`` is real time.

    While an attempt waits for the person, the same attempt is returned: who closed the page can continue, and two
    clicks cannot pay twice.
    """
    if invoice.status != InvoiceStatus.open:
        raise InvoiceNotOpen(f"Invoice {invoice.number} is {invoice.status}.", state=invoice.status)
    payment = await live_attempt(session, invoice)
    if payment and payment.state == PaymentState.requires_action and payment.expires_at <= now:
        await fail_payment(session, payment, EXPIRED)
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
        begun_at=cause_of(session).now,
        expires_at=now + PAGE_LIFETIME,
        version=0,
    )
    session.add(payment)
    move(payment, PaymentState.requires_action)
    await session.flush()
    await emit(session, PaymentStarted(subject_version=payment.version, **await facts_of(session, payment)))
    return payment


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
