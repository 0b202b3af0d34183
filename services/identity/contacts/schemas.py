from typing import Literal
from uuid import UUID

from services.identity.contacts.models import ContactKind
from services.identity.names import DisplayName
from shared.addresses import Address
from shared.lists import TableQuery
from shared.schemas import Body, Read


class ContactsQuery(TableQuery):
    kind: ContactKind | None = None
    sort: Literal["name"] = "name"


class ContactCreate(Body):
    kind: ContactKind
    address: Address
    display_name: DisplayName
    wants_service_mail: bool = False


class ContactUpdate(ContactCreate):
    """The whole new data of the contact."""


class ContactRead(Read):
    id: UUID
    kind: ContactKind
    address: str
    display_name: str
    wants_service_mail: bool
