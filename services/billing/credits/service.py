"""The credit of a bill group: how it grows, pays invoices, and is taken back. The group must be locked."""

from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.bill_groups.standing import refresh_standing
from services.billing.credits.models import Credit, CreditEntry, EntryKind
from services.billing.invoices.models import Invoice
from services.billing.invoices.paying import lock_invoices, owed_invoices, pay_invoice, unpay_invoice
from shared.events.billing import CreditAdded, CreditApplied, CreditEvent
from shared.outbox import cause_of, emit

# A group with credit that owes something, while no payment of that is under way: its outcome decides first.
_APPLICABLE = """
SELECT c.bill_group_id, c.workspace_id FROM credits c WHERE c.minor > 0 AND EXISTS (
    SELECT FROM invoices i WHERE i.bill_group_id = c.bill_group_id AND i.status IN ('open', 'partially_paid')
        AND NOT EXISTS (SELECT FROM payment_allocations a WHERE a.invoice_id = i.id AND a.live))
LIMIT :limit
"""
_UNDER_WAY = "SELECT invoice_id FROM payment_allocations WHERE bill_group_id = :group AND live"


async def credit_of(session: AsyncSession, bill_group_id: UUID) -> int:
    """What the credit is now, in minor units of the group's currency."""
    return await session.scalar(select(Credit.minor).where(Credit.bill_group_id == bill_group_id)) or 0


async def change_credit(session: AsyncSession, group: BillGroup, kind: EntryKind, minor: int, **about: UUID) -> None:
    """Add an entry. A trigger keeps the balance, and a constraint keeps it from becoming negative."""
    entry = CreditEntry(
        workspace_id=group.workspace_id, bill_group_id=group.id, currency=group.currency, kind=kind, minor=minor,
        at=cause_of(session).now, **about,
    )  # fmt: skip
    session.add(entry)
    await session.flush()


async def tell(session: AsyncSession, group: BillGroup, event: type[CreditEvent], minor: int, **about: object) -> None:
    """Publish an event about a change that was just made."""
    query = select(Credit.minor, Credit.version).where(Credit.bill_group_id == group.id)
    row = (await session.execute(query)).one_or_none()
    balance, version = (row.minor, row.version) if row else (0, 0)
    of = {"workspace_id": group.workspace_id, "bill_group_id": group.id, "currency": group.currency}
    amounts = {"amount_minor": minor, "balance_minor": balance}
    await emit(session, event(subject_version=version, **of, **amounts, **about))


async def add_surplus(session: AsyncSession, group: BillGroup, minor: int, payment_id: UUID) -> None:
    """Money came with a payment that no invoice took."""
    await change_credit(session, group, EntryKind.surplus, minor, payment_id=payment_id)
    await tell(session, group, CreditAdded, minor, payment_id=payment_id)


async def apply_credit(session: AsyncSession, group: BillGroup) -> int:
    """Pay what a locked group owes with its credit, the longest due first. Returns how much of it was used. An invoice
    whose payment is under way is left to that."""
    left = balance = await credit_of(session, group.id)
    if not left:
        return 0
    under_way = set(await session.scalars(text(_UNDER_WAY), {"group": group.id}))
    for invoice in await owed_invoices(session, group.id):
        minor = min(left, invoice.outstanding.minor)
        if minor and invoice.id not in under_way:
            await change_credit(session, group, EntryKind.applied, -minor, invoice_id=invoice.id)
            about = {"invoice_id": invoice.id, "invoice_number": invoice.number}
            await tell(session, group, CreditApplied, minor, **about)
            await pay_invoice(session, invoice, minor, paid_by=None, method=None)
            left -= minor
    if left < balance:
        await refresh_standing(session, group.id)
    return balance - left


async def applicable(session: AsyncSession, *, limit: int) -> list[tuple[UUID, UUID]]:
    """Groups with credit that owe something, with their workspaces."""
    return [(row[0], row[1]) for row in await session.execute(text(_APPLICABLE), {"limit": limit})]


async def unapply(session: AsyncSession, group: BillGroup, minor: int) -> int:
    """Make credit of what credit had paid, the newest invoices first, because the money is gone. Returns how much was
    found, at most ``minor``."""
    used = func.sum(-CreditEntry.minor)
    mine = (CreditEntry.bill_group_id == group.id, CreditEntry.kind.in_((EntryKind.applied, EntryKind.unapplied)))
    query = select(CreditEntry.invoice_id, used).where(*mine).group_by(CreditEntry.invoice_id).having(used > 0)
    paid = {row[0]: row[1] for row in await session.execute(query)}
    found = 0
    for invoice in await _newest_first(session, paid):
        back = min(minor - found, int(paid[invoice.id]))
        if back:
            await change_credit(session, group, EntryKind.unapplied, back, invoice_id=invoice.id)
            await unpay_invoice(session, invoice, back)
            found += back
    if found:
        await refresh_standing(session, group.id)
    return found


async def _newest_first(session: AsyncSession, paid: dict[UUID | None, int]) -> list[Invoice]:
    found = await lock_invoices(session, [invoice_id for invoice_id in paid if invoice_id])
    return sorted(found.values(), key=lambda invoice: (invoice.issued_on, invoice.number), reverse=True)
