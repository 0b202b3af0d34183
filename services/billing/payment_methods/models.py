from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base, PrimaryKey
from shared.leases import Leased, lease_rules
from shared.tables import Kind, rows


class MethodState(StrEnum):
    """``pending_verification -> active -> expired | removed``. Before, it is ``requested``: the gateway's page is open,
    and there is nothing to see yet."""

    requested = "requested"
    pending_verification = "pending_verification"
    active = "active"
    expired = "expired"
    removed = "removed"


SHOWN = (MethodState.pending_verification, MethodState.active, MethodState.expired)
CHARGEABLE = (MethodState.active,)


class PaymentMethod(Leased, Base):
    """A card or account that was saved on the gateway's page. Portico has the gateway's reference and what people know
    it by, never its number. It is leased to have it deleted at the gateway after it was removed here."""

    __tablename__ = "payment_methods"
    __table_args__ = (
        *lease_rules(),
        CheckConstraint("NOT is_default OR state IN ('active', 'expired')", name="default"),
        Index("uq_payment_methods_default", "bill_group_id", unique=True, postgresql_where="is_default"),
        Index("ix_payment_methods_bill_group_id", "bill_group_id"),
        Index("ix_payment_methods_shown", "workspace_id",
              postgresql_where="state IN ('pending_verification', 'active', 'expired')"),
        Index("ix_payment_methods_expires_on", "expires_on",
              postgresql_where="state = 'active' AND expires_on IS NOT NULL"),
        rows(Kind.workspace, api="select insert update", worker="select insert update", worker_writes_across=True),
    )  # fmt: skip

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID] = mapped_column(ForeignKey("bill_groups.bill_group_id"))
    gateway: Mapped[str]
    """The adapter that it was saved with, and that alone can charge it."""
    kind: Mapped[str]
    """``card``, ``sepa_debit`` or ``ach_debit``."""
    state: Mapped[str] = mapped_column(default=MethodState.requested)
    reference: Mapped[str | None]
    """The gateway's own, null until it is saved."""
    label: Mapped[str]
    """What people call it, perhaps empty."""
    brand: Mapped[str] = mapped_column(default="")
    last_four: Mapped[str] = mapped_column(default="")
    expires_on: Mapped[date | None]
    """The last day on which a card can be charged."""
    is_default: Mapped[bool] = mapped_column(default=False)
    notices: Mapped[int] = mapped_column(default=0)
    """How many of the two notices of its end were sent."""
    return_url: Mapped[str]
    requested_at: Mapped[datetime]
    """In business time."""
    page_until: Mapped[datetime]
    """Real time, until which the gateway's page may be used."""
    version: Mapped[int] = mapped_column(default=0)
