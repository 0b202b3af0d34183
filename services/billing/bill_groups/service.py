"""Bill groups: each customer's default group, the contacts."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup, BillGroupContact, ContactKind
from services.billing.bill_groups.schemas import ContactRead, ContactUpdate
from services.billing.settings import Settings
from shared.errors import NotFound, NotYetKnown
from shared.events.billing import BillGroupCreated, BillingContactChanged
from shared.outbox import emit


async def create_default_group(session: AsyncSession, settings: Settings, workspace_id: UUID) -> None:
    """Create a new customer's default bill group. Idempotent."""
    await _create_group(session, settings, workspace_id, "Default", settings.currency, is_default=True)


async def _create_group(
    session: AsyncSession, settings: Settings, workspace_id: UUID, name: str, currency: str, *, is_default: bool
) -> None:
    new = insert(BillGroup).values(
        workspace_id=workspace_id,
        display_name=name,
        currency=currency,
        is_default=is_default,
        terms_days=settings.terms_days,
    )
    group_id = await session.scalar(new.on_conflict_do_nothing().returning(BillGroup.id))
    if group_id:
        await emit(
            session,
            BillGroupCreated(
                workspace_id=workspace_id,
                bill_group_id=group_id,
                display_name=name,
                currency=currency,
                is_default=is_default,
            ),
        )


async def default_group(session: AsyncSession, workspace_id: UUID) -> BillGroup:
    """The workspace's default bill group, locked."""
    query = select(BillGroup).where(BillGroup.workspace_id == workspace_id, BillGroup.is_default)
    group = await session.scalar(query.with_for_update())
    if group is None:
        raise NotYetKnown(f"Workspace {workspace_id} has no bill group yet.")
    return group


async def group_for(
    session: AsyncSession, settings: Settings, workspace_id: UUID, bill_group_id: UUID | None, currency: str
) -> BillGroup:
    """The bill group that pays for something priced in ``currency``: the requested one, else the default.

    A group has one currency (D20). For another currency, a group of that currency is used, created when first needed.
    """
    default = await default_group(session, workspace_id)  # its lock keeps concurrent orders from creating two groups
    of_workspace = select(BillGroup).where(BillGroup.workspace_id == workspace_id, BillGroup.currency == currency)
    asked = default.id if bill_group_id is None else bill_group_id
    in_currency = of_workspace.order_by(BillGroup.id != asked, BillGroup.is_default.desc(), BillGroup.id).limit(1)
    group = await session.scalar(in_currency)
    if group is None:
        await _create_group(session, settings, workspace_id, currency, currency, is_default=False)
        group = (await session.scalars(in_currency)).one()
    return group


async def change_contact(
    session: AsyncSession, workspace_id: UUID, bill_group_id: UUID, kind: ContactKind, body: ContactUpdate
) -> ContactRead:
    """Set the billing or shipping contact of a bill group. Issued invoices keep their contact (D21)."""
    group = await session.scalar(
        select(BillGroup).where(BillGroup.id == bill_group_id, BillGroup.workspace_id == workspace_id).with_for_update()
    )
    if group is None:
        raise NotFound("There is no such bill group.")
    return await _put_contact(session, group, kind, body)


async def suggest_billing_contact(session: AsyncSession, workspace_id: UUID, address: str, display_name: str) -> None:
    """Set the billing contact of the default bill group if it has none, so that invoices reach someone."""
    group = await default_group(session, workspace_id)
    if await session.get(BillGroupContact, (group.id, ContactKind.billing)) is None:
        body = ContactUpdate.model_construct(address=address, display_name=display_name)
        await _put_contact(session, group, ContactKind.billing, body)


async def _put_contact(session: AsyncSession, group: BillGroup, kind: ContactKind, body: ContactUpdate) -> ContactRead:
    contact = await session.merge(
        BillGroupContact(bill_group_id=group.id, kind=kind, workspace_id=group.workspace_id, **body.model_dump())
    )
    group.version += 1
    await session.flush()
    await emit(
        session,
        BillingContactChanged(
            workspace_id=group.workspace_id,
            subject_version=group.version,
            bill_group_id=group.id,
            kind=kind.value,
            address=contact.address,
            display_name=contact.display_name,
        ),
    )
    return ContactRead.model_validate(contact)
