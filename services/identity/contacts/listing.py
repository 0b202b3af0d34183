"""The list of a company's contacts, and one of them: hot reads, without the ORM."""

from typing import Any, get_args
from uuid import UUID

from services.identity.contacts.models import ContactKind
from services.identity.contacts.schemas import ContactsQuery
from shared.errors import NotFound
from shared.lists import Listing, Search, Sort, Wanted, fetch_list
from shared.reads import ScopedReads

SHOWN = """
SELECT t.id::text, t.kind, t.address, t.display_name, t.wants_service_mail,
       coalesce(t.wants_deletion_mail, t.wants_service_mail) AS wants_deletion_mail,
       coalesce(t.wants_reminder_mail, t.wants_service_mail) AS wants_reminder_mail,
       t.mail_returned_at
  FROM ({rows}) t
"""
CONTACTS = Listing(
    table="contacts",
    sorts={"name": Sort("display_name", "text", str, key="{} COLLATE names")},
    filters={"kind": get_args(ContactKind)},
    search=Search("contact_words", "contact_id", "word", "search_text({})", repeats=True),
)
ONE_CONTACT = SHOWN.format(rows="SELECT * FROM contacts WHERE workspace_id = $1 AND id = $2")


async def list_contacts(read: ScopedReads, query: ContactsQuery) -> dict[str, Any]:
    """A page of the company's contacts, by name."""
    wanted = Wanted(query, query.sort, {"kind": query.kind and [query.kind]})
    rows, about = await fetch_list(read, CONTACTS, wanted, SHOWN)
    return {"items": [dict(row.items()) for row in rows], **about}


async def read_contact(read: ScopedReads, contact_id: UUID) -> dict[str, Any]:
    """Raises `NotFound`."""
    row = await read.fetchrow(ONE_CONTACT, read.access.workspace_id, contact_id)
    if row is None:
        raise NotFound("There is no such contact.")
    return dict(row.items())
