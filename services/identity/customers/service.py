"""Workspaces below a parent: creation, the address on file, the invitation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.contacts.service import put_contact_on_file
from services.identity.customer_overview.models import CustomerOverview
from services.identity.grants.locks import confirm_access, hold_workspace, lock_child_of
from services.identity.invitations.models import Invitation, RevokedBecause
from services.identity.invitations.service import InvitationNotPending, invite, revoke_pending
from services.identity.settings import Settings
from services.identity.workspaces.models import Workspace, WorkspaceKind
from services.identity.workspaces.scope import acting_for
from services.identity.workspaces.service import create_workspace, refuse_closing
from shared.addresses import address_key
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
    (P1). Raises `WorkspaceIsClosing`."""
    if access.workspace_kind == "partner":  # whose account is not closed before its customers are gone
        refuse_closing(await hold_workspace(session, access.workspace_id))
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
    """Set the address on file, to which an invitation is sent (L10, L11). Whoever reads another mailbox must not become
    the first admin: an invitation that was sent there is revoked."""
    customer = await lock_child(session, access, customer_id)
    row = await session.get_one(CustomerOverview, customer.id, populate_existing=True)
    moves = row.contact_address is None or address_key(row.contact_address) != address_key(address)
    async with acting_for(session, access, customer):
        if moves and customer.connected_at is None:
            await revoke_pending(session, customer, RevokedBecause.revoked)
        await put_contact_on_file(session, customer, address, display_name)


async def invite_customer(
    session: AsyncSession, settings: Settings, access: Access, customer_id: UUID, role: str, real_now: datetime
) -> Invitation:
    """Invite the address on file to sign up (L7 to L11). Sending again invalidates the previous link."""
    customer = await lock_child(session, access, customer_id)
    refuse_connected(customer)
    row = await session.get_one(CustomerOverview, customer.id, populate_existing=True)
    if row.contact_address is None or row.contact_name is None:
        raise NoAddressOnFile(f"There is no address on file for {customer.display_name}. Enter one, then invite.")
    async with acting_for(session, access, customer):
        return await invite(session, settings, customer, row.contact_address, row.contact_name, role, access, real_now)


async def take_invitation_back(session: AsyncSession, access: Access, customer_id: UUID) -> None:
    """Revoke the invitation of a customer that is not connected. Raises `CustomerConnected` or
    `InvitationNotPending`."""
    customer = await lock_child(session, access, customer_id)
    refuse_connected(customer)
    async with acting_for(session, access, customer):
        if not await revoke_pending(session, customer, RevokedBecause.revoked):
            raise InvitationNotPending(f"No invitation of {customer.display_name} is pending.")


async def lock_child(session: AsyncSession, access: Access, customer_id: UUID) -> Workspace:
    """A customer or partner below the caller, who may still invite it."""
    customer = await lock_child_of(session, access, customer_id)
    await confirm_access(session, access, "customer.invite")
    return customer


def refuse_connected(customer: Workspace) -> None:
    if customer.connected_at is not None:
        raise CustomerConnected(f"{customer.display_name} has signed up. Its own admins invite its users.")
