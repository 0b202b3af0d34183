"""Customers of a parent workspace: adding them, the address on file, the invitation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.contacts.service import keep_on_file
from services.identity.customers.models import CustomerOverview
from services.identity.filing import step_into
from services.identity.invitations.models import Invitation
from services.identity.invitations.service import invite
from services.identity.settings import Settings
from services.identity.workspaces.models import WorkspaceKind
from services.identity.workspaces.service import create_workspace, find_child
from shared.auth import Access
from shared.errors import Conflict


class NoAddressOnFile(Conflict):
    """An invitation goes to the address on file, and there is none yet."""  # (L11)

    title = "No address on file"


class CustomerConnected(Conflict):
    """The customer has signed up: its own admins invite its people."""

    title = "This customer is connected already"


async def add_customer(
    session: AsyncSession, access: Access, kind: WorkspaceKind, display_name: str, slug: str | None, now: datetime
) -> CustomerOverview:
    """A new workspace below the caller's, with its row on the Customers page (P1), or on the page of its kind."""
    workspace = await create_workspace(session, access, kind, display_name, slug, now)
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
    """Keep the address that an invitation goes to on file (L10, L11)."""
    customer = await find_child(session, access.workspace_id, customer_id)
    await step_into(session, access, customer)
    await keep_on_file(session, customer, address, display_name)


async def invite_customer(
    session: AsyncSession, settings: Settings, access: Access, customer_id: UUID, role: str, real_now: datetime
) -> Invitation:
    """Invite the address on file to sign up for its workspace (L7 to L11). Sending again kills the old link."""
    customer = await find_child(session, access.workspace_id, customer_id)
    if customer.connected_at is not None:
        raise CustomerConnected(f"{customer.display_name} has signed up. Its own admins invite its users.")
    row = await session.get_one(CustomerOverview, customer.id, populate_existing=True)
    if row.contact_address is None or row.contact_name is None:
        raise NoAddressOnFile(f"There is no address on file for {customer.display_name}. Enter one, then invite.")
    await step_into(session, access, customer)
    return await invite(
        session, settings, customer, row.contact_address, row.contact_name, role, access.user_id, real_now
    )
