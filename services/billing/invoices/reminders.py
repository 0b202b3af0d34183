"""Reminders of overdue invoices: each stage once and in order, the newest one alone where several are due. After the
last one, the provider's staff are told."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.invoices.models import OWED, Invoice
from services.billing.invoices.statement import identity_of
from services.billing.settings import Settings
from shared.events.billing import InvoiceLongOverdue, InvoiceOverdue
from shared.outbox import emit

# Nobody is reminded while a payment is processed: what the person could do is done. With auto-pay the retries speak,
# unless paying online is switched off, so that nothing is charged.
# Each stage reads its part of an index, so that those who wait for their next one cost nothing.
_DUE = """
SELECT due.id, due.workspace_id FROM unnest(CAST(:done AS int[]), CAST(:until AS date[])) AS stage(done, until)
CROSS JOIN LATERAL (
    SELECT i.id, i.workspace_id, i.due_on FROM invoices i
    WHERE i.status IN ('open', 'partially_paid') AND NOT i.staff_told AND i.reminded = stage.done
        AND i.due_on <= stage.until AND NOT EXISTS (SELECT FROM payment_allocations a JOIN payments p
            ON p.id = a.payment_id WHERE a.invoice_id = i.id AND a.live AND p.state <> 'requires_action')
        AND NOT (:online AND (SELECT g.auto_pay AND g.paying_on FROM bill_groups g
                              WHERE g.bill_group_id = i.bill_group_id))
    ORDER BY i.due_on, i.id LIMIT :limit) due
ORDER BY due.due_on, due.id LIMIT :limit
"""
_PROCESSED = """
SELECT EXISTS (SELECT FROM payment_allocations a JOIN payments p ON p.id = a.payment_id
               WHERE a.invoice_id = :id AND a.live AND p.state <> 'requires_action')
    OR :online AND (SELECT auto_pay AND paying_on FROM bill_groups WHERE bill_group_id = :group)
"""
MOST_STAGES = 5


async def due_reminders(
    session: AsyncSession, settings: Settings, *, today: date, limit: int
) -> Sequence[tuple[UUID, UUID]]:
    """Invoices of which somebody has to be reminded, or staff told, with their workspaces; those that are due longest
    first. Another worker may have done it when the caller looks again (`lock_overdue`)."""
    days = settings.reminder_days
    stages = {done: after for done, after in enumerate(days)}
    if settings.staff_notice_days:
        # A setting that had more stages before may have left invoices beyond the last one.
        stages |= dict.fromkeys(range(len(days), MOST_STAGES + 1), settings.staff_notice_days)
    until = [today - timedelta(days=after) for after in stages.values()]
    values = {"done": list(stages), "until": until, "limit": limit, "online": settings.takes_online_payments}
    return [(row.id, row.workspace_id) for row in await session.execute(text(_DUE), values)]


async def lock_overdue(session: AsyncSession, settings: Settings, invoice_id: UUID) -> Invoice | None:
    """The invoice, locked, if it is still owed, no payment is processed, and auto-pay charges nothing. None as well if
    somebody else has it locked, such as a payment that arrives now."""
    query = select(Invoice).where(Invoice.id == invoice_id, Invoice.status.in_(OWED))
    invoice = await session.scalar(query.with_for_update(skip_locked=True))
    if invoice is None:
        return None
    asked = {"id": invoice_id, "group": invoice.bill_group_id, "online": settings.takes_online_payments}
    if await session.scalar(text(_PROCESSED), asked):
        return None
    return invoice


async def remind(session: AsyncSession, settings: Settings, invoice: Invoice, *, today: date) -> bool:
    """Publish the newest reminder of a locked, open invoice that is due, and tell the staff when that is due. Returns
    whether anything was."""
    assert invoice.due_on is not None, "an open invoice is due some day"
    overdue = (today - invoice.due_on).days
    stage = sum(overdue >= after for after in settings.reminder_days)
    last = settings.staff_notice_days
    reminded, told = stage > invoice.reminded, bool(last) and overdue >= last and not invoice.staff_told
    if reminded:
        invoice.reminded = stage
        await _publish(session, invoice, InvoiceOverdue, overdue, reminder=stage, reminders=len(settings.reminder_days))
    if told:
        invoice.staff_told = True
        await _publish(session, invoice, InvoiceLongOverdue, overdue)
    return reminded or told


async def tell_staff(session: AsyncSession, invoice: Invoice, *, today: date) -> None:
    """Tell the provider's staff of a locked invoice that is owed, once. For those that auto-pay could not collect."""
    if not invoice.staff_told:
        assert invoice.due_on is not None, "an issued invoice is due some day"
        invoice.staff_told = True
        await _publish(session, invoice, InvoiceLongOverdue, max((today - invoice.due_on).days, 0))


async def _publish(
    session: AsyncSession, invoice: Invoice, event: type[InvoiceOverdue | InvoiceLongOverdue], days: int, **more: int
) -> None:
    invoice.version += 1
    await session.flush()
    about = {"due_on": invoice.due_on, "days_overdue": days, "outstanding_minor": invoice.outstanding.minor}
    await emit(session, event(subject_version=invoice.version, **identity_of(invoice), **about, **more))
