"""Bill groups: each customer's default group, who pays for an order, the contacts."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup, BillGroupContact, ContactKind
from services.billing.bill_groups.schemas import ContactRead, ContactUpdate, ProfileRead, ProfileUpdate
from services.billing.settings import Settings
from shared.errors import NotFound, NotYetKnown, Permanent
from shared.events.billing import BillGroupCreated, BillingContactChanged, BillingProfileChanged
from shared.outbox import emit


async def create_default_group(session: AsyncSession, settings: Settings, workspace_id: UUID) -> None:
    """Create a new customer's default bill group. Idempotent."""
    values = {"workspace_id": workspace_id, "display_name": "Default", "currency": settings.currency,
              "is_default": True, "terms_days": settings.terms_days}  # fmt: skip
    new = insert(BillGroup).values(values).on_conflict_do_nothing().returning(BillGroup.id)
    if group_id := await session.scalar(new):
        await _announce(session, await session.get_one(BillGroup, group_id))


async def new_group(
    session: AsyncSession, workspace_id: UUID, display_name: str, currency: str, terms_days: int
) -> BillGroup:
    """Another bill group of the workspace."""
    group = BillGroup(workspace_id=workspace_id, display_name=display_name, currency=currency, is_default=False,
                      terms_days=terms_days)  # fmt: skip
    session.add(group)
    await session.flush()
    await session.refresh(group)
    await _announce(session, group)
    return group


async def _announce(session: AsyncSession, group: BillGroup) -> None:
    names = ("workspace_id", "display_name", "currency", "is_default")
    facts = {name: getattr(group, name) for name in names}
    await emit(session, BillGroupCreated(bill_group_id=group.id, **facts))


async def default_group(session: AsyncSession, workspace_id: UUID) -> BillGroup:
    """The workspace's default bill group, locked."""
    query = select(BillGroup).where(BillGroup.workspace_id == workspace_id, BillGroup.is_default)
    group = await session.scalar(query.with_for_update())
    if group is None:
        raise NotYetKnown(f"Workspace {workspace_id} has no bill group yet.")
    return group


async def find_group(
    session: AsyncSession, workspace_id: UUID, bill_group_id: UUID, *, lock: bool = False
) -> BillGroup:
    """The bill group of the workspace. Raises `NotFound`."""
    mine = select(BillGroup).where(BillGroup.id == bill_group_id, BillGroup.workspace_id == workspace_id)
    anew = mine.with_for_update().execution_options(populate_existing=True)
    group = await session.scalar(anew if lock else mine)
    if group is None:
        raise NotFound("There is no such bill group.")
    return group


async def lock_groups(session: AsyncSession, workspace_id: UUID) -> list[BillGroup]:
    """All bill groups of the workspace, locked in the order in which everybody locks several."""
    mine = select(BillGroup).where(BillGroup.workspace_id == workspace_id).order_by(BillGroup.id)
    return list(await session.scalars(mine.with_for_update().execution_options(populate_existing=True)))


async def lock_group(session: AsyncSession, workspace_id: UUID, bill_group_id: UUID) -> BillGroup:
    """The bill group of the workspace, locked: first of all that a change locks. Raises `NotFound`."""
    return await find_group(session, workspace_id, bill_group_id, lock=True)


async def group_for(session: AsyncSession, workspace_id: UUID, bill_group_id: UUID | None, currency: str) -> BillGroup:
    """The bill group that pays for an order: the one that it names.

    An order that names none, as all did once, or one of another currency is paid by the default group or, if that has
    another currency, by one of the order's. Raises `NotYetKnown` for a group whose creation has not arrived, and
    `Permanent` where none has the currency."""
    if bill_group_id is not None:
        named = select(BillGroup).where(BillGroup.id == bill_group_id, BillGroup.workspace_id == workspace_id)
        group = await session.scalar(named)
        if group is None:
            raise NotYetKnown(f"Bill group {bill_group_id} is not known yet.")
        if group.currency == currency:
            return group
    default = await default_group(session, workspace_id)
    of_currency = select(BillGroup).where(BillGroup.workspace_id == workspace_id, BillGroup.currency == currency)
    first = of_currency.order_by(BillGroup.id != default.id, BillGroup.is_closed, BillGroup.id).limit(1)
    group = await session.scalar(first)
    if group is None:
        raise Permanent(f"Workspace {workspace_id} has no bill group in {currency}.")
    return group


async def change_contact(
    session: AsyncSession, workspace_id: UUID, bill_group_id: UUID, kind: ContactKind, body: ContactUpdate
) -> ContactRead:
    """Set the billing or shipping contact of a bill group. Issued invoices keep their contact (D21)."""
    return await put_contact(session, await lock_group(session, workspace_id, bill_group_id), kind, body)


async def change_profile(
    session: AsyncSession, workspace_id: UUID, bill_group_id: UUID, body: ProfileUpdate
) -> ProfileRead:
    """Set what invoices say of the buyer besides its address. Issued invoices keep what they say (D21)."""
    group = await lock_group(session, workspace_id, bill_group_id)
    changed = [name for name, value in body.model_dump().items() if getattr(group, name) != value]
    for name in changed:
        setattr(group, name, getattr(body, name))
    if changed:
        group.version += 1
        await session.flush()
        about = {"workspace_id": workspace_id, "bill_group_id": group.id, "subject_version": group.version}
        await emit(session, BillingProfileChanged(**about, changed=tuple(changed), **body.model_dump()))
    return ProfileRead.model_validate(group)


async def suggest_billing_contact(session: AsyncSession, workspace_id: UUID, address: str, display_name: str) -> None:
    """Set the billing contact of each bill group that has none, so that invoices reach someone."""
    groups = await lock_groups(session, workspace_id)
    if not groups:
        raise NotYetKnown(f"Workspace {workspace_id} has no bill group yet.")
    body = ContactUpdate.model_construct(address=address, display_name=display_name)
    for group in groups:
        if await session.get(BillGroupContact, (group.id, ContactKind.billing)) is None:
            await put_contact(session, group, ContactKind.billing, body)


async def put_contact(session: AsyncSession, group: BillGroup, kind: ContactKind, body: ContactUpdate) -> ContactRead:
    """Set a contact of a group, which must be locked or new."""
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
