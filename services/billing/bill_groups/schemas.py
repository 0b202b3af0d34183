from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.billing.bill_groups.vat import MOST, VatCheck, check_vat
from shared.addresses import Address
from shared.schemas import Body, Line, Name, Read

TermsDays = Annotated[int, Field(ge=0, le=365)]


def _not_wrong(number: str) -> str:
    if check_vat(number) == "invalid":
        raise PydanticCustomError("not_a_vat_number", "is not a VAT number of the country that it begins with")
    return number


class ContactUpdate(Body):
    """The whole contact. Fields that are left out become empty."""

    address: Address
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


class ProfileUpdate(Body):
    """What invoices say of the buyer besides its address. Fields that are left out become empty."""

    po_number: Annotated[Line, Field(max_length=60)] = ""
    """The buyer's own reference."""
    vat_number: Annotated[Line, Field(max_length=MOST), AfterValidator(_not_wrong)] = ""
    """With the country's two letters. One that cannot be right is refused; where no rule is known, it is taken as it
    is."""
    registration_number: Annotated[Line, Field(max_length=60)] = ""


class ProfileRead(Read):
    po_number: str
    vat_number: str
    registration_number: str


class ContactsRead(Read):
    billing: ContactRead | None = None
    shipping: ContactRead | None = None


class BillGroupChange(Body):
    """What is left out stays as it is."""

    display_name: Name | None = None
    terms_days: TermsDays | None = None
    is_default: Annotated[bool, Field(json_schema_extra={"const": True})] | None = None
    """True: it takes what names no bill group from now on, instead of the former default."""
    is_closed: bool | None = None
    """Whether it takes no more subscriptions."""
    portal_on: bool | None = None
    """Whether the people whom its access rules admit may open its portal."""
    paying_on: bool | None = None
    """Whether its invoices can be paid online."""
    locations_see_invoices: bool | None = None
    """Whether the people of its locations see and pay its invoices."""


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
    vat_check: VatCheck
    """Whether the VAT number can be one, by its form and check digits: ``none`` without a number, ``unchecked`` where
    no rule is known."""
    registration_number: str
    is_closed: bool
    """Whether it takes no more subscriptions."""
    paying_on: bool
    """Whether its invoices can be paid online: its own switch is on, and this installation takes online payments."""
    next_billing_on: date | None
    outstanding_minor: int
    overdue_minor: int
    credit_minor: int
    """Money that no invoice took: it pays the next ones."""
    unused_minor: int
    """Credit for days that were paid and are not used, without tax: it is taken off the next invoices."""
    past_due: bool
    """Whether something has been owed for so long that services are suspended."""
    contacts: ContactsRead
