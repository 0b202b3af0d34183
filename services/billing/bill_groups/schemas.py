from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import EmailStr, Field

from shared.schemas import Body, Name, Read

PostalLine = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class ContactUpdate(Body):
    """The whole contact. Fields that are left out become empty."""

    address: EmailStr
    display_name: Name
    company: PostalLine = ""
    street: PostalLine = ""
    postal_code: PostalLine = ""
    city: PostalLine = ""
    country: PostalLine = ""


class ContactRead(Read):
    address: str
    display_name: str
    company: str
    street: str
    postal_code: str
    city: str
    country: str


class ContactsRead(Read):
    billing: ContactRead | None = None
    shipping: ContactRead | None = None


class BillGroupRead(Read):
    """The billing summary."""  # (O11 to O14)

    id: UUID
    display_name: str
    is_default: bool
    currency: str
    frequency: str
    auto_pay: bool
    terms_days: int
    po_number: str
    vat_number: str
    registration_number: str
    next_billing_on: date | None
    outstanding_minor: int
    overdue_minor: int
    contacts: ContactsRead
