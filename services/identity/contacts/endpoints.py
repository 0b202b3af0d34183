from uuid import UUID

from services.identity.contacts import service
from services.identity.contacts.models import Contact
from services.identity.contacts.schemas import ContactCreate, ContactRead, ContactUpdate
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
from shared.idempotency import Once

router = Router("identity", "contacts")


@router.get("", guard=allow("contact.list"), response_model=list[ContactRead])
async def list_contacts(access: CurrentAccess, session: Session) -> list[Contact]:
    """The company's contacts."""
    return await service.list_contacts(session, access.workspace_id)


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
