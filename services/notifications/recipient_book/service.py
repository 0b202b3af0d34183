"""Updates the recipient book, with events in any order, and queries it."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.db import Base
from services.notifications.recipient_book.models import BillGroupContact, CompanyContact, Person
from shared.events.billing import BillingContactChanged
from shared.events.identity import ContactAdded, ContactRemoved, UserRegistered, UserUpdated
from shared.scope import acting_in

OWN_GRANTS = ("membership", "invitation")
"""The sources of grants by which a person belongs to a workspace. The others are of people of its parent."""


async def copy_person(session: AsyncSession, event: UserRegistered | UserUpdated) -> None:
    found = {
        "address": event.address,
        "display_name": event.display_name,
        "locale": event.locale,
        "time_zone": event.time_zone,
        "version": event.subject_version,
    }
    async with acting_in(session, event.workspace_id, event.user_id):
        await _upsert(session, Person, {"user_id": event.user_id}, found)


async def copy_contact(session: AsyncSession, event: ContactAdded) -> None:
    """Store an added or changed contact."""
    found = {
        "workspace_id": event.workspace_id,
        "kind": event.kind,
        "address": event.address,
        "display_name": event.display_name,
        "wants_service_mail": event.wants_service_mail,
        "version": event.subject_version,
    }
    await _upsert(session, CompanyContact, {"contact_id": event.contact_id}, found)


async def clear_contact(session: AsyncSession, event: ContactRemoved) -> None:
    """Delete a contact's personal data, and keep the version at which it was removed."""
    gone = {
        "workspace_id": event.workspace_id,
        "kind": event.kind,
        "address": None,
        "display_name": None,
        "wants_service_mail": False,
        "version": event.subject_version,
    }
    await _upsert(session, CompanyContact, {"contact_id": event.contact_id}, gone)


async def copy_bill_group_contact(session: AsyncSession, event: BillingContactChanged) -> None:
    found = {
        "workspace_id": event.workspace_id,
        "address": event.address,
        "display_name": event.display_name,
        "version": event.subject_version,
    }
    await _upsert(session, BillGroupContact, {"bill_group_id": event.bill_group_id, "kind": event.kind}, found)


async def _upsert(session: AsyncSession, model: type[Base], key: dict[str, Any], found: dict[str, Any]) -> None:
    """Insert or update an entry, unless the stored version is newer."""
    new = insert(model).values(key | found)
    newer = model.__table__.c.version < found["version"]
    await session.execute(new.on_conflict_do_update(index_elements=list(key), set_=found, where=newer))


async def service_contacts(session: AsyncSession, workspace_id: UUID) -> list[CompanyContact]:
    """The contacts of a workspace that receive mail about services, its customers' or its own (P28)."""
    admins = select(CompanyContact).where(CompanyContact.workspace_id == workspace_id, CompanyContact.kind == "admin")
    return [contact for contact in await session.scalars(admins) if contact.receives_service_mail]
