from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.identity.contacts import listing, service
from services.identity.contacts.models import Contact
from services.identity.contacts.schemas import ContactCreate, ContactRead, ContactsQuery, ContactUpdate
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
from shared.idempotency import Once
from shared.pages import CountedPage, json_response
from shared.reads import Reader

router = Router("identity", "contacts")


@router.get("", guard=allow("contact.list"), response_model=CountedPage[ContactRead])
async def list_contacts(read: Reader, query: Annotated[ContactsQuery, Query()]) -> Response:
    """The company's contacts, by name. ``q`` is the beginning of a word of the name or address and what follows,
    without case and accents."""
    return json_response(await listing.list_contacts(read, query))


@router.get("/{contact_id}", guard=allow("contact.list"), response_model=ContactRead)
async def get_contact(contact_id: UUID, read: Reader) -> Response:
    """One contact of the company."""
    found = await listing.read_contact(read, contact_id)
    return json_response(found)


@router.post("", guard=allow("contact.edit"), status_code=201)
async def add_contact(body: ContactCreate, access: CurrentAccess, session: Session, once: Once) -> ContactRead:
    """Add a company contact. It is not a user, and gives no access."""  # (P29)
    return await once(body, ContactRead, lambda: service.add_contact(session, access.workspace_id, body))


@router.put("/{contact_id}", guard=allow("contact.edit"), response_model=ContactRead)
async def change_contact(contact_id: UUID, body: ContactUpdate, access: CurrentAccess, session: Session) -> Contact:
    """Replace a contact's data."""
    return await service.change_contact(session, access.workspace_id, contact_id, body)


@router.delete("/{contact_id}", guard=allow("contact.edit"), status_code=204)
async def remove_contact(contact_id: UUID, access: CurrentAccess, session: Session) -> None:
    """Remove a contact. It receives no more mail."""
    await service.remove_contact(session, access.workspace_id, contact_id)
