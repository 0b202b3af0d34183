"""Bill groups and their contacts."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.billing.base import BillingEvent


class BillGroupCreated(BillingEvent):
    """A billing unit within a customer was created. The first one is the default."""

    subject_type: ClassVar[str] = "bill_group"
    subject_field: ClassVar[str] = "bill_group_id"
    bill_group_id: UUID
    """The bill group."""
    display_name: str
    """Its name for people."""
    currency: str
    """The currency of its invoices."""
    is_default: bool
    """Whether it takes what names no bill group."""


class BillGroupUpdated(BillGroupCreated):
    """A bill group was renamed or closed, became the default, or what it allows changed. Says all that holds now."""

    subject_type: ClassVar[str] = "bill_group"
    is_closed: bool
    """Whether it takes no more subscriptions."""
    portal_on: bool
    """Whether the people whom its access rules admit may open its portal."""
    paying_on: bool
    """Whether its invoices can be paid online."""
    has_contract: bool
    """Whether it has a subscription that has not ended."""
    owes: bool
    """Whether an invoice of it is not paid."""
    past_due: bool = False
    """Whether so much has been owed for so long that its services are suspended."""
    locations_see_invoices: bool = False
    """Whether the people of its locations see and pay its invoices."""


class BillGroupRetried(BillingEvent):
    """The provider's staff had a bill group billed again that the billing run had left out. `actor` is who did. Belongs
    to the customer's workspace."""

    subject_type: ClassVar[str] = "bill_group"
    subject_field: ClassVar[str] = "bill_group_id"
    bill_group_id: UUID
    """The bill group."""
    billing_on: date
    """The billing date on which it was left out."""


class BillingContactChanged(BillingEvent):
    """The contact for a bill group's invoices (``billing``) or goods (``shipping``) changed. Updates the recipient
    book."""

    subject_type: ClassVar[str] = "bill_group_contact"
    subject_field: ClassVar[str] = "bill_group_id"
    bill_group_id: UUID
    """The bill group."""
    kind: Literal["billing", "shipping"]
    """Whether invoices or goods go there."""
    address: str
    """The e-mail address."""
    display_name: str
    """The name of who is written to."""


class BillingProfileChanged(BillingEvent):
    """What invoices of a bill group say of the buyer besides its address changed."""

    subject_type: ClassVar[str] = "bill_group_profile"
    subject_field: ClassVar[str] = "bill_group_id"
    bill_group_id: UUID
    """The bill group."""
    changed: tuple[Literal["po_number", "vat_number", "registration_number"], ...]
    """The fields that changed."""
    po_number: str
    """The buyer's own reference."""
    vat_number: str
    """The buyer's VAT number."""
    registration_number: str
    """The buyer's number in a register of companies."""
