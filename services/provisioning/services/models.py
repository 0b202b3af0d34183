from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from services.provisioning.states import ServiceState
from shared.events.provisioning import Suspension
from shared.tables import Kind, rows

THERE = "state <> 'deleted'"
LICENSED = "kind = 'licence' AND state IN ('active', 'changing', 'suspended')"
UNSETTLED = "state IN ('active', 'suspended') AND (cardinality(suspended_for) > 0) <> (state = 'suspended')"


class Service(Base):
    """One provisioned instance of a product. Times are business time."""

    __tablename__ = "services"
    __table_args__ = (
        # One for each combination of what the list can be asked (services/service.py), names in the collation `names`.
        Index("ix_services_newest", "workspace_id", "requested_at", "id",
              postgresql_where=f"version <> -1 AND {THERE}"),
        Index("ix_services_newest_of_kind_and_state", "workspace_id", "kind", "state", "requested_at", "id",
              postgresql_where="version <> -2"),
        Index("ix_services_newest_of_group", "workspace_id", "bill_group_id", "requested_at", "id",
              postgresql_where=f"version <> -3 AND {THERE}"),
        Index("ix_services_newest_of_group_kind_and_state", "workspace_id", "bill_group_id", "kind", "state",
              "requested_at", "id", postgresql_where="version <> -4"),
        Index("ix_services_by_name", "workspace_id", "display_name", "id",
              postgresql_where=f"version <> -5 AND {THERE}"),
        Index("ix_services_by_name_of_kind_and_state", "workspace_id", "kind", "state", "display_name", "id",
              postgresql_where="version <> -6"),
        Index("ix_services_by_name_of_group", "workspace_id", "bill_group_id", "display_name", "id",
              postgresql_where=f"version <> -7 AND {THERE}"),
        Index("ix_services_by_name_of_group_kind_and_state", "workspace_id", "bill_group_id", "kind", "state",
              "display_name", "id", postgresql_where="version <> -8"),
        Index("ix_services_of_product", "product_id", postgresql_where="state NOT IN ('failed', 'deleted')"),
        Index("ix_services_to_settle", "settle_at", "id", postgresql_where=text(UNSETTLED)),
        Index("ix_services_of_payer", "bill_group_id", postgresql_where="state <> 'deleted'"),
        Index("ix_services_to_license", "id", postgresql_where=LICENSED),
        Index("ix_services_entitling", "workspace_id", "product_id",
              postgresql_where="state IN ('active', 'changing') AND kind <> 'licence'"),
        CheckConstraint("suspended_for <@ ARRAY['customer', 'pause', 'overdue', 'whole']", name="suspended_for"),
        CheckConstraint("ends_on IS NULL OR cancelled_by IS NOT NULL", name="ends_on"),
        CheckConstraint("cardinality(labels) <= 10", name="labels"),
        CheckConstraint("kind = 'asset' OR serial_numbers = '{}' AND condition IS NULL AND photo_digest IS NULL",
                        name="asset"),
        CheckConstraint("condition IN ('new', 'good', 'worn', 'damaged')", name="condition"),
        # A part is of the same workspace as its service, and that one is no part itself.
        UniqueConstraint("id", "workspace_id", "is_part", name="uq_services_whole"),
        ForeignKeyConstraint(
            ["part_of", "workspace_id", "whole_is_part"], ["services.id", "services.workspace_id", "services.is_part"],
            name="fk_services_part_of_services",
        ),
        CheckConstraint("part_of IS NOT NULL OR NOT brought", name="brought"),
        Index("ix_services_to_follow", "id", postgresql_where="brought AND state = 'requested'"),
        Index("ix_services_parts", "part_of", "id", postgresql_where="part_of IS NOT NULL"),
        # Of a site (placements/listing.py).
        Index("ix_services_of_site", "workspace_id", "site_id", "kind", "state", "requested_at", "id",
              postgresql_where="version <> -32"),
        Index("ix_services_of_site_and_group", "workspace_id", "bill_group_id", "site_id", "kind", "state",
              "requested_at", "id", postgresql_where="version <> -34"),
        Index("ix_services_of_site_and_location", "workspace_id", "location_id", "site_id", "kind", "state",
              "requested_at", "id", postgresql_where="version <> -342"),
        # A service is at a location of its workspace.
        ForeignKeyConstraint(["location_id", "workspace_id"], ["locations.location_id", "locations.workspace_id"],
                             name="fk_services_location_id_locations"),
        Index("ix_services_newest_of_location", "workspace_id", "location_id", "requested_at", "id",
              postgresql_where=f"version <> -41 AND {THERE}"),
        Index("ix_services_newest_of_location_kind_and_state", "workspace_id", "location_id", "kind", "state",
              "requested_at", "id", postgresql_where="version <> -42"),
        Index("ix_services_by_name_of_location", "workspace_id", "location_id", "display_name", "id",
              postgresql_where=f"version <> -45 AND {THERE}"),
        Index("ix_services_by_name_of_location_kind_and_state", "workspace_id", "location_id", "kind", "state",
              "display_name", "id", postgresql_where="version <> -46"),
        rows(Kind.workspace, api="select insert update", worker="select insert update", owner="SELECT"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID | None]
    payer_version: Mapped[int] = mapped_column(server_default="0")
    """The version of the subscription when it was moved to this bill group."""
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), unique=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    kind: Mapped[str]
    display_name: Mapped[str]
    configuration: Mapped[dict[str, Any]]
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(default=ServiceState.requested)
    version: Mapped[int] = mapped_column(default=1)
    requested_at: Mapped[datetime]
    provisioned_at: Mapped[datetime | None]
    plan_version_id: Mapped[UUID]
    """What it is paid by. Changes with its orders."""
    suspended_for: Mapped[list[Suspension]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Why it is to be suspended; empty: it is to work. The state follows, as soon as nothing else is done with it."""
    settle_at: Mapped[datetime | None]
    """When the state is tried to follow again, after that failed. Real time."""
    cancelled_by: Mapped[UUID | None]
    """The order that cancels it at the end of its period."""
    ends_on: Mapped[date | None]
    """The day of that, as billing has told; null until it has."""
    labels: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """By what its people sort it."""
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("sites.id"))
    """Where it runs: the site of its placement's host. Null: it runs on no host."""
    location_id: Mapped[UUID | None]
    """Where it is deployed at its customer; null: at no location. Its parts are there, too."""
    serial_numbers: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Of an asset, as its staff wrote them down: at most one per piece. After a change to fewer pieces they are as
    before, until staff say which are left."""
    condition: Mapped[str | None]
    """Of an asset, in which condition it is; null: not said."""
    photo_digest: Mapped[str | None]
    """The SHA-256 of the photo of an asset; null: there is none."""
    part_of: Mapped[UUID | None]
    """The service that it belongs to, which is no part itself. Never changes."""
    brought: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether it was ordered with the service that it is part of, and is deleted with it alone."""
    is_part: Mapped[bool] = mapped_column(Computed("part_of IS NOT NULL", persisted=True), deferred=True)
    whole_is_part: Mapped[bool | None] = mapped_column(
        Computed("CASE WHEN part_of IS NOT NULL THEN false END", persisted=True), deferred=True
    )
    """For the foreign key: what ``is_part`` has to be of the service that it is part of."""


class ServiceWord(Base):
    """A service's name, or one of its labels, from one of its words on, without case, accents and signs: what a search
    finds. Kept by a trigger."""

    __tablename__ = "service_words"
    __table_args__ = (
        Index("ix_service_words", "workspace_id", "word", "service_id", postgresql_include=["shared", "bill_group_id"]),
        Index("ix_service_words_of_group", "workspace_id", "bill_group_id", "word", "service_id",
              postgresql_include=["shared"]),
        Index("ix_service_words_of_location", "workspace_id", "location_id", "word", "service_id",
              postgresql_include=["shared"]),
        rows(Kind.workspace, api="select insert delete", worker="select insert delete"),
    )  # fmt: skip

    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    shared: Mapped[int]
    """How many characters begin the word before it of the same service in the same way."""
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID | None]
    location_id: Mapped[UUID | None]


class ServiceCounts(Base):
    """The service counts of a workspace, updated in the transactions that change its services."""

    __tablename__ = "service_counts"
    __table_args__ = rows(Kind.workspace, api="select", worker="select insert update")

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    ports: Mapped[int] = mapped_column(default=0)
    virtual_circuits: Mapped[int] = mapped_column(default=0)
    cloud_connections: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
