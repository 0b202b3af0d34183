from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.leases import Leased, lease_rules
from shared.tables import Kind, rows


class ReleaseState(StrEnum):
    draft = "draft"
    """Only staff see it, and may change it."""
    published = "published"
    """Customers can download it. It does not change any more."""
    withdrawn = "withdrawn"
    """It is offered no more."""


class FileState(StrEnum):
    receiving = "receiving"
    """It is being uploaded, or its upload broke off."""
    checking = "checking"
    """It lies in the store, and its checksum is being computed."""
    ready = "ready"
    failed = "failed"
    """It could not be read from the store."""
    removed = "removed"
    """A job deletes what the store has of it, and then the row."""


class Release(Base):
    """A version of a product that customers can download."""

    __tablename__ = "releases"
    __table_args__ = (
        UniqueConstraint("product_id", "version", name="uq_releases_version"),
        Index("ix_releases_newest", "product_id", "released_on", "id"),
        Index("ix_releases_published", "product_id", "released_on", "id", postgresql_where="state = 'published'"),
        CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'draft') = (published_at IS NULL)", name="published_at"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_at"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_for IS NULL)", name="withdrawn_for"),
        CheckConstraint("(published_at IS NULL) = (checksums IS NULL)", name="checksums"),
        CheckConstraint("(published_at IS NULL) = (signature IS NULL)", name="signature"),
        CheckConstraint("(published_at IS NULL) = (signing_key IS NULL)", name="signing_key"),
        CheckConstraint("length(notes) <= 10000", name="notes"),
        CheckConstraint("length(withdrawn_for) <= 300", name="withdrawn_for_length"),
        rows(Kind.installation, api="select insert update", worker="select"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    version: Mapped[str]
    """What customers call it, such as ``2.4.1``."""
    released_on: Mapped[date]
    """Decides which licences entitle to it."""
    notes: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=ReleaseState.draft)
    published_at: Mapped[datetime | None]
    """Business time, as is ``withdrawn_at``."""
    withdrawn_at: Mapped[datetime | None]
    withdrawn_for: Mapped[str | None]
    """Why, in the words of who withdrew it."""
    checksums: Mapped[str | None]
    """A line per file with its SHA-256 and its name, as `sha256sum` writes and reads them."""
    signature: Mapped[str | None]
    """Of ``checksums``, with Ed25519, in base64."""
    signing_key: Mapped[str | None]
    """The public key that verifies it, in PEM."""
    revision: Mapped[int] = mapped_column(default=1)
    """Grows with each change."""


class ReleaseFile(Leased, Base):
    """A file of a release. What it contains is in the store (`store.py`), at ``key``.

    A file that was put into the store beforehand is leased while its checksum is computed. One that is being uploaded
    is due when that has certainly broken off; one that is removed, at once."""

    __tablename__ = "release_files"
    __table_args__ = (
        *lease_rules(),
        Index("ix_release_files_release_id", "release_id", "name"),
        # A removed file does not keep its name.
        Index("uq_release_files_name", "release_id", "name", unique=True, postgresql_where="state <> 'removed'"),
        CheckConstraint("state IN ('receiving', 'checking', 'ready', 'failed', 'removed')", name="state"),
        CheckConstraint("state <> 'ready' OR (size IS NOT NULL AND sha256 IS NOT NULL)", name="ready"),
        CheckConstraint("size >= 0", name="size"),
        rows(Kind.installation, api="select insert update", worker="select update delete"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    """The provider's."""
    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"))
    name: Mapped[str]
    """What it is saved as."""
    key: Mapped[str]
    """Where it is in the store."""
    is_placed: Mapped[bool]
    """Whether the operator has put it into the store, so that it stays there whatever happens to the row."""
    state: Mapped[str]
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None]
