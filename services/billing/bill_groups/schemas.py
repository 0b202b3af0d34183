from datetime import date
from uuid import UUID

from pydantic import EmailStr

from shared.schemas import Body, Line, Name, Read


class ContactUpdate(Body):
    """The whole contact. Fields that are left out become empty."""

    address: EmailStr
    display_name: Name
    company: Line = ""
    street: Line = ""
    postal_code: Line = ""
    city: Line = ""
    country: Line = ""


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
    credit_minor: int
    """Money that no invoice took: it pays the next ones."""
    contacts: ContactsRead
