from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import Kind, rows


class Location(Base):
    """A physical address of a customer under one bill group, where services are deployed, and whom to write to
    there."""

    __tablename__ = "locations"
    __table_args__ = (
        UniqueConstraint("location_id", "workspace_id", name="uq_locations_of_workspace"),
        UniqueConstraint("workspace_id", "name_key", name="uq_locations_name"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
        # One for each combination of what the list can be asked (locations/listing.py), names in the collation `names`.
        Index("ix_locations_by_name", "workspace_id", "display_name", "location_id", postgresql_where="version <> -1"),
        Index("ix_locations_by_name_in_state", "workspace_id", "state", "display_name", "location_id",
              postgresql_where="version <> -2"),
        Index("ix_locations_by_name_of_group", "workspace_id", "bill_group_id", "display_name", "location_id",
              postgresql_where="version <> -3"),
        Index("ix_locations_by_name_of_group_in_state", "workspace_id", "bill_group_id", "state", "display_name",
              "location_id", postgresql_where="version <> -4"),
        rows(Kind.workspace, api="select insert update", worker="select"),
    )  # fmt: skip

    # Named like the foreign keys that reference it, so that one row-security policy fits all tables.
    id: Mapped[UUID] = mapped_column("location_id", primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID] = mapped_column(ForeignKey("bill_groups.id"))
    """Which pays for what is deployed there. It never changes."""
    display_name: Mapped[str]
    name_key: Mapped[str] = mapped_column(Computed("lower(display_name)", persisted=True), deferred=True)
    """Two locations of a customer do not have the same name."""
    street: Mapped[str]
    postal_code: Mapped[str]
    city: Mapped[str]
    country: Mapped[str]
    """ISO 3166, two letters; empty: not said."""
    contact_name: Mapped[str]
    """Whom to write to there. Empty together with the address."""
    contact_address: Mapped[str]
    closed_at: Mapped[datetime | None]
    """Since when nothing is deployed there any more, in business time."""
    state: Mapped[str] = mapped_column(
        Computed("CASE WHEN closed_at IS NULL THEN 'open' ELSE 'closed' END", persisted=True)
    )
    version: Mapped[int] = mapped_column(default=1)


class LocationWord(Base):
    """A location's name, street or city, from one of its words on, without case, accents and signs: what a search
    finds. Kept by a trigger."""

    __tablename__ = "location_words"
    __table_args__ = (
        Index("ix_location_words", "workspace_id", "word", "location_id", postgresql_include=["shared"]),
        Index("ix_location_words_of_group", "workspace_id", "bill_group_id", "word", "location_id",
              postgresql_include=["shared"]),
        rows(Kind.workspace, api="select insert delete", worker="select"),
    )  # fmt: skip

    location_id: Mapped[UUID] = mapped_column(ForeignKey("locations.location_id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    shared: Mapped[int]
    """How many characters begin the word before it of the same location in the same way."""
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
