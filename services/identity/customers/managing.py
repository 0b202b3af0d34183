"""What a parent does with a customer or partner that nobody has signed up for: give it another name, and remove it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.bill_groups.models import BillGroup
from services.identity.contacts.models import Contact
from services.identity.contacts.service import remove_contact
from services.identity.customer_overview.models import CustomerOverview
from services.identity.customer_overview.projection import drop
from services.identity.customers.service import lock_child, refuse_connected
from services.identity.grants.locks import lock_child_of, lock_person
from services.identity.grants.models import OWN_SOURCES, Grant
from services.identity.invitations.models import RevokedBecause
from services.identity.invitations.service import revoke_pending
from services.identity.links.service import close_link
from services.identity.workspace_settings.service import set_fields
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.renaming import give_slug_up, give_slugs_back
from services.identity.workspaces.scope import acting_for, workspace_fields
from services.identity.workspaces.service import describe
from shared.auth import Access
from shared.errors import Conflict
from shared.events.identity import WorkspaceRemoved
from shared.outbox import emit
from shared.scope import acting_in


class CustomerInUse(Conflict):
    """The customer has orders, services, subscriptions or unpaid invoices. It is not removed."""

    title = "This customer is in use"


class CustomerHasPeople(Conflict):
    """Somebody has access to the customer's workspace. It is not removed."""

    title = "Somebody has access there"


class PartnerHasCustomers(Conflict):
    """The partner has customers. It is neither removed nor closed before they are removed, moved or closed."""

    title = "This partner has customers"


async def rename_customer(
    session: AsyncSession, access: Access, customer_id: UUID, display_name: str, real_now: datetime
) -> Workspace:
    """Give a customer or partner that is not connected another name, and a URL that is made from it. The former URL is
    free at once, which nobody has opened. Raises `NotFound`, `CustomerConnected` or `TooManyFormerUrls`."""
    customer = await lock_child(session, access, customer_id)
    refuse_connected(customer)
    async with acting_for(session, access, customer):
        await set_fields(session, customer, {"display_name": display_name}, real_now, new_url=True)
        await give_slugs_back(session, customer, real_now)
    return customer


async def remove_customer(
    session: AsyncSession, access: Access, customer_id: UUID, now: datetime, real_now: datetime
) -> None:
    """Remove a customer or partner that is not connected, its contacts, its invitation, and the links to it. Raises
    `NotFound`, `CustomerConnected`, `CustomerInUse`, `CustomerHasPeople` or `PartnerHasCustomers`."""
    links = await _lock_linked(session, access, customer_id)
    customer = await lock_child(session, access, customer_id)
    refuse_connected(customer)
    async with acting_for(session, access, customer):
        await _refuse_used(session, customer)
        for link in links:
            await close_link(session, link, customer)
        await revoke_pending(session, customer, RevokedBecause.revoked, to_locations=True)
        contacts = select(Contact.id).where(Contact.workspace_id == customer.id).order_by(Contact.id)
        for contact_id in list(await session.scalars(contacts)):
            await remove_contact(session, customer.id, contact_id)
        await drop(session, customer.id)
        await give_slug_up(session, customer, real_now)
        customer.removed_at = now
        customer.version += 1
        await session.flush()
        fields = workspace_fields(customer)
        await emit(session, WorkspaceRemoved(**fields, **describe(customer), subject_version=customer.version))


async def _lock_linked(session: AsyncSession, access: Access, customer_id: UUID) -> list[Grant]:
    """The links to the customer, with their people locked: before the caller's grants, after the workspace, whose lock
    keeps others from linking anybody."""
    customer = await lock_child_of(session, access, customer_id)
    async with acting_in(session, customer.id, access.user_id):
        linked = select(Grant).where(Grant.workspace_id == customer.id, Grant.source == "link")
        ordered = linked.order_by(Grant.user_id)
        for link in list(await session.scalars(ordered)):
            await lock_person(session, link.user_id)
        return list(await session.scalars(ordered.execution_options(populate_existing=True)))


async def _refuse_used(session: AsyncSession, customer: Workspace) -> None:
    """Requires the customer's scope."""
    row = await session.get_one(CustomerOverview, customer.id, populate_existing=True)
    counted = row.ports or row.virtual_circuits or row.cloud_connections
    mine = BillGroup.workspace_id == customer.id
    billed = select(exists().where(mine, or_(BillGroup.has_contract, BillGroup.owes)))
    if row.last_order_at or counted or row.has_mrr or await session.scalar(billed):
        raise CustomerInUse(f"{customer.display_name} has orders, services, subscriptions or unpaid invoices.")
    theirs = Grant.workspace_id == customer.id, Grant.source.in_(OWN_SOURCES)
    if await session.scalar(select(func.count()).select_from(Grant).where(*theirs)):
        raise CustomerHasPeople(f"Somebody has access to the workspace of {customer.display_name}.")
    below = select(exists().where(Workspace.parent_workspace_id == customer.id, Workspace.removed_at.is_(None)))
    if await session.scalar(below):
        raise PartnerHasCustomers(f"{customer.display_name} has customers. Remove or move them first.")
