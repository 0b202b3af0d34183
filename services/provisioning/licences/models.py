from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import Kind, rows

NOT_ENDED = "state <> 'ended'"


class LicenceState(StrEnum):
    valid = "valid"
    on_hold = "on_hold"
    """Its service is suspended."""
    revoked = "revoked"
    """By its seller."""
    ended = "ended"
    """Its service is deleted."""


STATE = """
CASE WHEN ended_at IS NOT NULL THEN 'ended' WHEN revoked_at IS NOT NULL THEN 'revoked'
     WHEN on_hold THEN 'on_hold' ELSE 'valid' END
"""


class Licence(Base):
    """What a customer may use of a product that runs at the customer. Its key is stored nowhere: it is the row, signed,
    and made again for each person who may see it (D30)."""

    __tablename__ = "licences"
    __table_args__ = (
        # One for each combination of what the list can be asked (licences/listing.py).
        Index("ix_licences_newest", "workspace_id", "issued_at", "id",
              postgresql_where=f"version <> -1 AND {NOT_ENDED}"),
        Index("ix_licences_newest_in_state", "workspace_id", "state", "issued_at", "id",
              postgresql_where="version <> -2"),
        Index("ix_licences_newest_of_group", "workspace_id", "bill_group_id", "issued_at", "id",
              postgresql_where=f"version <> -3 AND {NOT_ENDED}"),
        Index("ix_licences_newest_of_group_in_state", "workspace_id", "bill_group_id", "state", "issued_at", "id",
              postgresql_where="version <> -4"),
        Index("ix_licences_newest_of_location", "workspace_id", "location_id", "issued_at", "id",
              postgresql_where=f"version <> -41 AND {NOT_ENDED}"),
        Index("ix_licences_newest_of_location_in_state", "workspace_id", "location_id", "state", "issued_at", "id",
              postgresql_where="version <> -42"),
        Index("ix_licences_valid_of_product", "workspace_id", "product_id", postgresql_where="state = 'valid'"),
        CheckConstraint("generation >= 1", name="generation"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_for IS NULL)", name="revoked_for"),
        CheckConstraint("length(revoked_for) <= 300", name="revoked_for_length"),
        rows(Kind.workspace, api="select update", worker="select insert update"),
    )  # fmt: skip
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012 - a change returns the state that follows from it

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"), unique=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    bill_group_id: Mapped[UUID | None]
    """The service's, as is the location: a trigger keeps both."""
    location_id: Mapped[UUID | None]
    issued_at: Mapped[datetime]
    """Business time, as are the other times."""
    generation: Mapped[int] = mapped_column(default=1)
    """Each rotation makes the next one. Keys of former ones are revoked."""
    signing_key_id: Mapped[str | None]
    """The key that signs this generation: the newest one when it was first shown. Null until then."""
    maintenance_until: Mapped[date | None]
    """The last day whose releases the licence entitles to. Null: as long as the contract runs."""
    contract_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """The version of the subscription that said so."""
    on_hold: Mapped[bool] = mapped_column(default=False, server_default="false")
    revoked_at: Mapped[datetime | None]
    revoked_for: Mapped[str | None]
    """Why its seller revoked it, in the words of who did."""
    ended_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(Computed(STATE, persisted=True))
    version: Mapped[int] = mapped_column(default=1)
    called_since: Mapped[datetime | None]
    """Since when software's calls are counted, in real time."""
    calls: Mapped[int] = mapped_column(default=0, server_default="0")


class Activation(Base):
    """A machine that uses a licence."""

    __tablename__ = "licence_activations"
    __table_args__ = (
        UniqueConstraint("licence_id", "fingerprint_digest", name="uq_licence_activations_machine"),
        CheckConstraint("length(machine_name) <= 100", name="machine_name"),
        rows(
            Kind.workspace,
            api="select insert update delete",
            worker="select delete",
            within="EXISTS (SELECT FROM licences l WHERE l.id = licence_id)",
            because="who sees a licence sees which machines use it",
            within_writes=True,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    licence_id: Mapped[UUID] = mapped_column(ForeignKey("licences.id"))
    fingerprint_digest: Mapped[str]
    """The SHA-256 of the licence's id and what the machine says of itself, which is stored nowhere."""
    machine_name: Mapped[str]
    activated_at: Mapped[datetime]
    renewed_at: Mapped[datetime]
    """When the machine last got a receipt."""


class Revocation(Base):
    """Which keys of a licence are not to be trusted any more: those of this generation and of former ones. A trigger
    keeps it. It names no customer, so that everybody may read it."""

    __tablename__ = "licence_revocations"
    __table_args__ = (
        Index("ix_licence_revocations_of_product", "product_id", "licence_id"),
        rows(Kind.installation, api="select insert update delete", worker="select insert update delete"),
    )

    licence_id: Mapped[UUID] = mapped_column(ForeignKey("licences.id"), primary_key=True)
    product_id: Mapped[UUID]
    generation: Mapped[int]
