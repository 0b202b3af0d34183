"""The billing run: drafts an invoice for what is due in a bill group and issues it under the next number of the
seller's series."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.brands.service import looks_for
from services.billing.invoices.document import template_data
from services.billing.invoices.lines import bill_next_period
from services.billing.invoices.models import Invoice, InvoiceLine, InvoiceStatus, NumberSeries
from services.billing.invoices.parties import Seller, buyer_now
from services.billing.invoices.sending import ask_for_document
from services.billing.invoices.statement import statement
from services.billing.money import Money, total
from services.billing.subscriptions.models import Clock, Subscription
from shared.errors import Conflict
from shared.events.billing import InvoiceIssued
from shared.language import Localisation, localised_for
from shared.outbox import emit


class InvoiceAlreadyIssued(Conflict):
    """An invoice is numbered once and does not change afterwards. Correct it with a credit note."""  # (D21)

    title = "Invoice already issued"


RunPosition = tuple[date, UUID]
"""The keyset position of a billing run: the billing date and id of the last claimed group."""
RUN_START: RunPosition = (date.min, UUID(int=0))


async def claim_due_group(session: AsyncSession, *, today: date, after: RunPosition) -> BillGroup | None:
    """The next due bill group after ``after``, locked. Groups that another worker has locked are skipped."""
    sort_key = (BillGroup.next_billing_on, BillGroup.id)
    due = select(BillGroup).where(BillGroup.next_billing_on <= today, tuple_(*sort_key) > after)
    return (await session.scalars(due.order_by(*sort_key).limit(1).with_for_update(skip_locked=True))).first()


async def due_subscriptions(session: AsyncSession, group: BillGroup, *, today: date) -> Sequence[Subscription]:
    """The started subscriptions of the group that are not billed for ``today`` yet, oldest first, locked. A service
    that was never provisioned is not among them: its clock never starts (D18)."""
    query = select(Subscription).where(
        Subscription.bill_group_id == group.id,
        Subscription.clock == Clock.started,
        Subscription.unbilled_from <= today,
    )
    return (await session.scalars(query.order_by(Subscription.ordered_at, Subscription.id).with_for_update())).all()


async def bill_group(
    session: AsyncSession, group: BillGroup, due: Sequence[Subscription], seller: Seller, *, now: datetime
) -> Invoice | None:
    """Bill the next period of each due subscription on one invoice, issue it, and set the group's next date.

    Returns None when there is nothing to pay. A group that is more than one period behind is still due afterwards.
    """
    invoice = None
    if due:
        assert group.anchor_on is not None, "billing has started"
        buyer = await buyer_now(session, group)
        with localised_for(Localisation(buyer["locale"])):
            lines = [line for s in due for line in bill_next_period(s, group.anchor_on, seller.tax_percent)]
        if lines:
            invoice = draft_invoice(group, lines)
            looks = await looks_for(session, group.workspace_id)
            invoice.seller, invoice.buyer = seller.details | looks, buyer
    await session.flush()
    group.next_billing_on = await _earliest(session, group)
    if invoice:
        session.add(invoice)
        await issue_invoice(session, invoice, group, seller, now=now)
    await session.flush()
    return invoice


async def _earliest(session: AsyncSession, group: BillGroup) -> date | None:
    of_group = (Subscription.bill_group_id == group.id, Subscription.clock == Clock.started)
    return await session.scalar(select(func.min(Subscription.unbilled_from)).where(*of_group))


def draft_invoice(group: BillGroup, lines: Sequence[InvoiceLine]) -> Invoice:
    """A draft whose total is the sum of its lines' net and tax amounts (D20)."""
    net = total((Money(line.net_minor, line.currency) for line in lines), group.currency)
    tax = total((Money(line.tax_minor, line.currency) for line in lines), group.currency)
    for position, line in enumerate(lines, start=1):
        line.position = position
    return Invoice(
        workspace_id=group.workspace_id,
        bill_group_id=group.id,
        status=InvoiceStatus.draft,
        currency=group.currency,
        net_minor=net.minor,
        tax_minor=tax.minor,
        total_minor=(net + tax).minor,
        paid_minor=0,
        version=0,
        lines=list(lines),
    )


async def issue_invoice(
    session: AsyncSession, invoice: Invoice, group: BillGroup, seller: Seller, *, now: datetime
) -> None:
    """Assign a draft its number and date, and publish `InvoiceIssued`. Only its payment changes afterwards (D21)."""
    if invoice.status != InvoiceStatus.draft:
        raise InvoiceAlreadyIssued(f"Invoice {invoice.number} was issued on {invoice.issued_on}.")
    invoice.issued_at = now
    invoice.issued_on = now.astimezone(UTC).date()
    invoice.due_on = invoice.issued_on + timedelta(days=group.terms_days)
    await session.flush()

    # The series is locked from here until the commit: last, so that other transactions wait as briefly as possible.
    invoice.series, invoice.series_year = seller.series, invoice.issued_on.year
    invoice.sequence = await _next_number(session, seller.series, invoice.issued_on.year)
    invoice.number = f"{seller.series}-{invoice.series_year}-{invoice.sequence:06d}"
    invoice.document = template_data(invoice)
    invoice.status = InvoiceStatus.open
    invoice.version += 1
    await session.flush()
    event = await emit(
        session,
        InvoiceIssued(
            subject_version=invoice.version,
            issued_on=invoice.issued_on,
            due_on=invoice.due_on,
            **statement(invoice, invoice.lines, len(invoice.lines)),
        ),
    )
    await ask_for_document(session, event)


async def _next_number(session: AsyncSession, series: str, year: int) -> int:
    """The row stays locked until the commit, so a rollback frees the number and leaves no gap."""
    first = insert(NumberSeries).values(series=series, year=year, last_number=1)
    following = first.on_conflict_do_update(
        index_elements=["series", "year"], set_={"last_number": NumberSeries.last_number + 1}
    )
    return (await session.execute(following.returning(NumberSeries.last_number))).scalar_one()
