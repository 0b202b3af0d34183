"""Updates the recipient book, with events in any order, and queries it."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.db import Base
from services.notifications.recipient_book.models import BillGroupContact, CompanyContact, Person
from services.notifications.topics import Recipient, RecipientKind, Topic
from shared.erased_people import NEVER_OLDER
from shared.events.billing import BillingContactChanged
from shared.events.identity import ContactAdded, ContactRemoved, UserRegistered, UserUpdated
from shared.scope import acting_in

SWITCHES = ("wants_service_mail", "wants_deletion_mail", "wants_reminder_mail")
"""Of a contact, by their names in its events and in the book."""
OWN_GRANTS = ("membership", "invitation", "location_invitation")
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


async def forget_person(session: AsyncSession, user_id: UUID) -> None:
    """Delete an erased person's data. No event brings it back, in whatever order they arrive. Requires their scope."""
    nothing = {"address": None, "display_name": None, "locale": None, "time_zone": None, "version": NEVER_OLDER}
    gone = insert(Person).values(user_id=user_id, **nothing)
    await session.execute(gone.on_conflict_do_update(index_elements=["user_id"], set_=nothing))


async def copy_contact(session: AsyncSession, event: ContactAdded) -> None:
    """Store an added or changed contact."""
    found = {
        "workspace_id": event.workspace_id,
        "kind": event.kind,
        "address": event.address,
        "display_name": event.display_name,
        **{switch: getattr(event, switch) for switch in SWITCHES},
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
        **dict.fromkeys(SWITCHES, False),
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


async def address_of(session: AsyncSession, recipient: Recipient) -> str | None:
    """The present address of a recipient; None if they are not known, or were removed."""
    found: Person | BillGroupContact | CompanyContact | None
    match recipient.kind:
        case RecipientKind.user:
            found = await session.get(Person, recipient.id)
        case RecipientKind.billing_contact:
            found = await session.get(BillGroupContact, (recipient.id, "billing"))
        case RecipientKind.admin_contact:
            found = await session.get(CompanyContact, recipient.id)
        case _:
            return None
    return found.address if found else None


async def contacts_for(session: AsyncSession, workspace_id: UUID, topic: Topic) -> list[CompanyContact]:
    """The contacts of a workspace that receive mail about ``topic``, always in the same order (P28)."""
    admins = select(CompanyContact).where(CompanyContact.workspace_id == workspace_id, CompanyContact.kind == "admin")
    found = await session.scalars(admins.order_by(CompanyContact.contact_id))
    return [contact for contact in found if contact.receives(topic)]
