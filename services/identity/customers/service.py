"""Workspaces below a parent: creation, the address on file, the invitation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.contacts.service import put_contact_on_file
from services.identity.customer_overview.models import CustomerOverview
from services.identity.grants.locks import confirm_access, lock_workspace
from services.identity.invitations.models import Invitation
from services.identity.invitations.service import invite
from services.identity.settings import Settings
from services.identity.workspaces.models import WorkspaceKind
from services.identity.workspaces.scope import acting_for
from services.identity.workspaces.service import create_workspace, find_child
from shared.auth import Access
from shared.errors import Conflict


class NoAddressOnFile(Conflict):
    """The customer has no address on file, to which an invitation could be sent."""  # (L11)

    title = "No address on file"


class CustomerConnected(Conflict):
    """The customer has signed up. Its own admins invite its users."""

    title = "This customer is connected already"


async def add_workspace(
    session: AsyncSession, access: Access, kind: WorkspaceKind, display_name: str, now: datetime
) -> CustomerOverview:
    """Create a customer or partner below the caller's workspace, with its row on the Customers or Partners page
    (P1)."""
    workspace = await create_workspace(session, access, kind, display_name, now)
    row = CustomerOverview(
        workspace_id=workspace.id,
        parent_workspace_id=access.workspace_id,
        slug=workspace.slug,
        display_name=workspace.display_name,
        account_number=workspace.account_number,
        kind=kind,
    )
    session.add(row)
    await session.flush()
    return row


async def put_contact(
    session: AsyncSession, access: Access, customer_id: UUID, address: str, display_name: str
) -> None:
    """Set the address on file, to which an invitation is sent (L10, L11)."""
    customer = await find_child(session, access.workspace_id, customer_id)
    async with acting_for(session, access, customer):
        await put_contact_on_file(session, customer, address, display_name)


async def invite_customer(
    session: AsyncSession, settings: Settings, access: Access, customer_id: UUID, role: str, real_now: datetime
) -> Invitation:
    """Invite the address on file to sign up (L7 to L11). Sending again invalidates the previous link."""
    customer = await find_child(session, access.workspace_id, customer_id)
    await lock_workspace(session, customer.id)
    await confirm_access(session, access, "customer.invite")
    if customer.connected_at is not None:
        raise CustomerConnected(f"{customer.display_name} has signed up. Its own admins invite its users.")
    row = await session.get_one(CustomerOverview, customer.id, populate_existing=True)
    if row.contact_address is None or row.contact_name is None:
        raise NoAddressOnFile(f"There is no address on file for {customer.display_name}. Enter one, then invite.")
    async with acting_for(session, access, customer):
        return await invite(session, settings, customer, row.contact_address, row.contact_name, role, access, real_now)
