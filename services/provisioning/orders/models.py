from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from services.provisioning.states import OrderKind, OrderState
from shared.origin import Originated
from shared.tables import Kind, rows

ASKED = "(decided_at IS NOT NULL OR state IN ('awaiting_approval', 'refused', 'withdrawn'))"
"""Orders that had to be approved. A constant, as in the index that finds them."""


class Order(Originated, Base):
    """An order, in business time. Its service is a separate row, made when it is placed. Its origin is who placed it or
    asked for it, whether on behalf, and its OrderPlaced, which is the cause of all events that follow."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="some_quantity"),
        CheckConstraint("(state IN ('refused', 'returned')) = (reason IS NOT NULL)", name="refused_with_a_reason"),
        CheckConstraint("state NOT IN ('awaiting_acknowledgement', 'returned') OR submitted_at IS NOT NULL",
                        name="submitted"),
        CheckConstraint("(state <> 'awaiting_acknowledgement' OR answered_at IS NULL)"
                        " AND (state <> 'returned' OR answered_at IS NOT NULL)", name="answered"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_by_somebody"),
        CheckConstraint("state <> 'awaiting_approval' OR decided_at IS NULL", name="undecided"),
        CheckConstraint("length(message) <= 300", name="message"),
        CheckConstraint("length(plan_note) <= 300", name="plan_note"),
        CheckConstraint("(kind = 'new') = (service_id IS NULL)", name="service"),
        CheckConstraint("part_of IS NULL OR kind = 'new'", name="part_of"),
        CheckConstraint("(kind = 'change') = (former IS NOT NULL)", name="former"),
        CheckConstraint("(kind = 'cancel') = (ends IS NOT NULL AND end_reason IS NOT NULL)", name="ends"),
        CheckConstraint("months IS NULL OR kind = 'renew' AND months BETWEEN 1 AND 60", name="months"),
        CheckConstraint("term_ends_on IS NULL OR kind = 'renew'", name="term_ends_on"),
        Index("ix_orders_of_service", "service_id", "placed_at", postgresql_where="service_id IS NOT NULL"),
        Index("ix_orders_to_delete", "id", postgresql_where="kind = 'cancel' AND state = 'placed'"),
        CheckConstraint("length(reason) <= 300", name="reason"),
        Index("ix_orders_awaiting_of_person", "workspace_id", "begun_by",
              postgresql_where="state = 'awaiting_approval'"),
        # One for each combination of what the list can be asked (orders/listing.py), numbers in the collation "C".
        Index("ix_orders_newest", "workspace_id", "placed_at", "id", postgresql_where="version <> -1"),
        Index("ix_orders_newest_of_state", "workspace_id", "state", "placed_at", "id",
              postgresql_where="version <> -2"),
        Index("ix_orders_newest_of_group", "workspace_id", "bill_group_id", "placed_at", "id",
              postgresql_where="version <> -3"),
        Index("ix_orders_newest_of_group_and_state", "workspace_id", "bill_group_id", "state", "placed_at", "id",
              postgresql_where="version <> -4"),
        Index("ix_orders_number", "workspace_id", "number", postgresql_where="version <> -21"),
        Index("ix_orders_number_of_group", "workspace_id", "bill_group_id", "number",
              postgresql_where="version <> -23"),
        ForeignKeyConstraint(["location_id", "workspace_id"], ["locations.location_id", "locations.workspace_id"],
                             name="fk_orders_location_id_locations"),
        Index("ix_orders_newest_of_location", "workspace_id", "location_id", "placed_at", "id",
              postgresql_where="version <> -41"),
        Index("ix_orders_newest_of_location_and_state", "workspace_id", "location_id", "state", "placed_at", "id",
              postgresql_where="version <> -42"),
        Index("ix_orders_number_of_location", "workspace_id", "location_id", "number",
              postgresql_where="version <> -61"),
        Index("ix_orders_submitted", "workspace_id", "submitted_at", postgresql_where="submitted_at IS NOT NULL"),
        Index("ix_orders_asked_of_person", "workspace_id", "begun_by", "placed_at", postgresql_where=ASKED),
        rows(Kind.workspace, api="select insert update", worker="select insert update"),
    )  # fmt: skip
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012 - an update reads the computed number again

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    serial: Mapped[int] = mapped_column(BigInteger, Identity(always=True, start=100_001), unique=True)
    number: Mapped[str] = mapped_column(Computed("'ORD-' || serial", persisted=True))
    kind: Mapped[str] = mapped_column(default=OrderKind.new, server_default="new")
    workspace_id: Mapped[UUID]
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("services.id", use_alter=True))
    """What it changes, cancels or renews; null for a new one, whose service names its order."""
    part_of: Mapped[UUID | None] = mapped_column(ForeignKey("services.id", use_alter=True))
    """The service that the new one is part of."""
    brought_plan_version_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")
    """The plan versions of what comes along whose prices were agreed, in the product's order, where the provider has to
    acknowledge it first. Empty otherwise: what comes along has orders of its own."""
    former: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Of a change: the ``configuration``, ``quantity``, ``plan_version_id`` and ``location_id`` before it."""
    ends: Mapped[str | None]
    """Of a cancellation: ``now`` or ``period_end``."""
    end_reason: Mapped[str | None]
    months: Mapped[int | None]
    """Of a renewal: by how many months the term ends later. Null: by one more term."""
    term_ends_on: Mapped[date | None]
    """Of a renewal: when the term ended as it was shown to who ordered or approved. Null: there was none any more."""
    bill_group_id: Mapped[UUID | None]
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    plan_version_id: Mapped[UUID]
    display_name: Mapped[str]
    """The service's name at that moment. Pages show its present one."""
    configuration: Mapped[dict[str, Any]]
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(default=OrderState.placed)
    version: Mapped[int] = mapped_column(default=1)
    failure: Mapped[str | None]
    """Why it failed; null unless it is failed."""
    failure_code: Mapped[str | None]
    """As an operation's ``message_code``."""
    failure_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("sites.id"))
    """Where its service has to run; null: anywhere."""
    location_id: Mapped[UUID | None]
    """Where its service is deployed at its customer; null: at no location."""
    wanted_on: Mapped[date | None]
    """For when it is wanted. Null: as soon as possible; or its product is not provisioned by hand."""
    planned_on: Mapped[date | None]
    """For when the provider has planned it."""
    plan_note: Mapped[str] = mapped_column(default="", server_default="")
    """What the provider says with that."""
    placed_at: Mapped[datetime]
    """When its person sent it: placed it, or asked for it."""
    message: Mapped[str] = mapped_column(server_default="")
    """What a person who has to ask wrote to those who decide; of what is done by hand, what its person wishes."""
    decided_by: Mapped[UUID | None]
    """Who approved or refused it. Null: it needs no approval, or nobody has decided."""
    decided_by_address: Mapped[str | None]
    """The address at that moment, for the record."""
    decided_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    """Since when it waited for the provider. Null: its product needs no acknowledgement, or it is not approved yet."""
    answered_at: Mapped[datetime | None]
    """When the provider acknowledged or returned it."""
    quote_id: Mapped[UUID | None]
    """The accepted quote of billing's that it was placed for."""
    reason: Mapped[str | None]
    """Why it was refused or returned, for who asked or ordered."""
