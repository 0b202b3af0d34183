"""Company contacts: who receives mail about a company. They are not users (P29)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.contacts.models import Contact
from services.identity.contacts.schemas import ContactCreate, ContactUpdate
from services.identity.customer_overview.projection import put_contact
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from services.identity.workspaces.service import get_workspace
from shared.errors import NotFound
from shared.events.identity import ContactAdded, ContactChanged, ContactRemoved
from shared.events.notifications import ContactPreferenceChanged
from shared.outbox import emit

SWITCHES = {
    "service_provisioned": "wants_service_mail",
    "service_deleted": "wants_deletion_mail",
    "invoice_long_overdue": "wants_reminder_mail",
}
"""Of a contact, by the topics of mails."""


async def add_contact(session: AsyncSession, workspace_id: UUID, body: ContactCreate) -> Contact:
    """Add a contact. A company may have any number of contacts (I30)."""
    workspace = await get_workspace(session, workspace_id)
    return await _add(session, workspace, Contact(workspace_id=workspace_id, **body.model_dump()))


async def change_contact(session: AsyncSession, workspace_id: UUID, contact_id: UUID, body: ContactUpdate) -> Contact:
    """Replace a contact's data."""
    contact = await _find(session, workspace_id, contact_id)
    if contact.address.lower() != body.address.lower():
        contact.mail_returned_at = None
    for name, value in body.model_dump().items():
        setattr(contact, name, value)
    await _announce_change(session, await get_workspace(session, workspace_id), contact)
    return contact


async def switch_contact(session: AsyncSession, event: ContactPreferenceChanged) -> None:
    """Follow the link of a mail to a contact, in its workspace's scope. Nothing happens to one that was removed
    meanwhile, or that has the switch so already."""
    own = select(Contact).where(Contact.id == event.contact_id, Contact.workspace_id == event.workspace_id)
    contact, switch = await session.scalar(own.with_for_update()), SWITCHES.get(event.topic)
    if contact is None or switch is None or getattr(contact, switch) is event.wanted:
        return
    setattr(contact, switch, event.wanted)
    await _announce_change(session, await get_workspace(session, event.workspace_id), contact)


async def mark_returned(session: AsyncSession, workspace_id: UUID, contact_id: UUID, since: datetime | None) -> None:
    """Show since when mails to a contact come back. Nothing happens to one that was removed meanwhile."""
    own = update(Contact).where(Contact.id == contact_id, Contact.workspace_id == workspace_id)
    await session.execute(own.values(mail_returned_at=since))


async def remove_contact(session: AsyncSession, workspace_id: UUID, contact_id: UUID) -> None:
    """Remove a contact. It receives no more mail."""
    contact = await _find(session, workspace_id, contact_id)
    workspace = await get_workspace(session, workspace_id)
    await session.delete(contact)
    removed = ContactRemoved(
        **workspace_fields(workspace), contact_id=contact.id, kind=contact.kind, subject_version=contact.version + 1
    )
    await emit(session, removed)
    if contact.is_on_file:
        await put_contact(session, workspace_id, None, None)


async def put_contact_on_file(session: AsyncSession, workspace: Workspace, address: str, display_name: str) -> None:
    """Create or change the contact on file, who is invited (L10). The transaction must have the workspace's scope."""
    on_file = select(Contact).where(Contact.workspace_id == workspace.id, Contact.is_on_file)
    contact = await session.scalar(on_file.with_for_update())
    if contact is None:
        contact = Contact(workspace_id=workspace.id, kind="admin", address=address, display_name=display_name,
                          wants_service_mail=False, is_on_file=True)  # fmt: skip
        await _add(session, workspace, contact)
        return
    if contact.address.lower() != address.lower():
        contact.mail_returned_at = None
    contact.address, contact.display_name = address, display_name
    await _announce_change(session, workspace, contact)


async def _find(session: AsyncSession, workspace_id: UUID, contact_id: UUID) -> Contact:
    own = select(Contact).where(Contact.id == contact_id, Contact.workspace_id == workspace_id)
    contact = await session.scalar(own.with_for_update())
    if contact is None:
        raise NotFound("There is no such contact.")
    return contact


async def _add(session: AsyncSession, workspace: Workspace, contact: Contact) -> Contact:
    session.add(contact)
    await session.flush()
    await _announce(session, workspace, contact, ContactAdded)
    return contact


async def _announce_change(session: AsyncSession, workspace: Workspace, contact: Contact) -> None:
    contact.version += 1
    await session.flush()
    await _announce(session, workspace, contact, ContactChanged)


async def _announce(
    session: AsyncSession, workspace: Workspace, contact: Contact, event_type: type[ContactAdded]
) -> None:
    event = event_type(
        **workspace_fields(workspace),
        contact_id=contact.id,
        kind=contact.kind,
        address=contact.address,
        display_name=contact.display_name,
        wants_service_mail=contact.wants_service_mail,
        wants_deletion_mail=contact.wants_deletion_mail,
        wants_reminder_mail=contact.wants_reminder_mail,
        subject_version=contact.version,
    )
    await emit(session, event)
    if contact.is_on_file:
        await put_contact(session, workspace.id, contact.address, contact.display_name)
