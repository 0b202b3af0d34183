from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base, Minor
from shared.tables import Kind, rows


class BillGroup(Base):
    """The billing unit within a customer: one currency, one billing date per month, one billing contact."""

    __tablename__ = "bill_groups"
    __table_args__ = (
        UniqueConstraint("bill_group_id", "currency"),
        Index("uq_bill_groups_default", "workspace_id", unique=True, postgresql_where="is_default"),
        Index(
            "ix_bill_groups_next_billing_on",
            "next_billing_on",
            "bill_group_id",
            postgresql_where="next_billing_on IS NOT NULL",
        ),
        Index("ix_bill_groups_past_due", "bill_group_id", postgresql_where="past_due_on IS NOT NULL"),
        Index("ix_bill_groups_untold", "bill_group_id", postgresql_where="NOT told"),
        rows(Kind.workspace, api="select insert update", worker="select insert update", worker_writes_many=True,
             owner="SELECT"),
    )  # fmt: skip

    # Named like the foreign keys that reference it, so that one row-security policy fits all tables (D5).
    id: Mapped[UUID] = mapped_column("bill_group_id", primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID] = mapped_column(index=True)
    display_name: Mapped[str]
    currency: Mapped[str]
    is_default: Mapped[bool]
    frequency: Mapped[str] = mapped_column(default="monthly")
    terms_days: Mapped[int]
    auto_pay: Mapped[bool] = mapped_column(default=False)
    po_number: Mapped[str] = mapped_column(default="")
    vat_number: Mapped[str] = mapped_column(default="")
    registration_number: Mapped[str] = mapped_column(default="")
    anchor_on: Mapped[date | None]
    """The day when billing first started. Its day of the month is the group's billing date."""
    next_billing_on: Mapped[date | None]
    """The next billing date: the first one on or after the earliest unbilled day of the group's subscriptions, and
    after ``billed_on``. Null until billing has started."""
    billed_on: Mapped[date | None]
    """The last billing date that was billed. What starts on it afterwards waits for the next one."""
    is_closed: Mapped[bool] = mapped_column(server_default="false")
    """Whether it takes no more subscriptions."""
    portal_on: Mapped[bool] = mapped_column(server_default="true")
    """Whether the people whom its access rules admit may open its portal."""
    paying_on: Mapped[bool] = mapped_column(server_default="true")
    """Whether its invoices can be paid online."""
    locations_see_invoices: Mapped[bool] = mapped_column(server_default="false")
    """Whether the people of its locations see and pay its invoices."""
    has_contract: Mapped[bool] = mapped_column(server_default="false")
    """Whether it has a subscription that has not ended."""
    owes: Mapped[bool] = mapped_column(server_default="false")
    """Whether an invoice of it is not paid."""
    past_due_on: Mapped[date | None]
    """Not null: invoices that were due until this day are open for so long that services are suspended."""
    told: Mapped[bool] = mapped_column(server_default="true")
    """False for groups that are older than the event that says all this: a job publishes it once."""
    version: Mapped[int] = mapped_column(default=1)

    @property
    def is_past_due(self) -> bool:
        return self.past_due_on is not None


class GroupOpenToLocations(Base):
    """A bill group whose invoices the people of its locations see and pay. Kept by a trigger.

    Kind ``installation``: the check of who may do what reads it before there is a scope. It has nothing but ids."""

    __tablename__ = "groups_open_to_locations"
    __table_args__ = rows(Kind.installation, api="select insert delete", worker="select insert delete")

    bill_group_id: Mapped[UUID] = mapped_column(ForeignKey("bill_groups.bill_group_id"), primary_key=True)


class ContactKind(StrEnum):
    billing = "billing"
    shipping = "shipping"


class BillGroupContact(Base):
    """Who receives a bill group's invoices or goods, with the postal address for invoices."""

    __tablename__ = "bill_group_contacts"
    __table_args__ = (rows(Kind.workspace, api="select insert update", worker="select insert update"),)

    bill_group_id: Mapped[UUID] = mapped_column(ForeignKey("bill_groups.bill_group_id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(index=True)
    address: Mapped[str]
    display_name: Mapped[str]
    company: Mapped[str] = mapped_column(default="")
    street: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")


class OpenAmount(Base):
    """What is to pay of the invoices of a bill group that are due on one day. A trigger keeps it as invoices are issued
    and paid, so that a balance is the sum of few rows, however many invoices there are."""

    __tablename__ = "open_amounts"
    __table_args__ = (
        rows(Kind.workspace, api="select insert update", worker="select insert update", worker_writes_many=True),
    )

    bill_group_id: Mapped[UUID] = mapped_column(ForeignKey("bill_groups.bill_group_id"), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    minor: Mapped[Minor]
