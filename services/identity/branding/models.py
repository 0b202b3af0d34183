from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows

LOGO_BYTES = 24 * 1024
"""The largest logo that is kept. It is made smaller until it fits, because events and mails carry it."""


class Brand(Base):
    """What a provider or a partner looks like to its customers. Who has said nothing has no row.

    Functions that run as the owner read it for everybody: it is what strangers see on the sign-in page."""

    __tablename__ = "brands"
    __table_args__ = (
        CheckConstraint("color ~ '^#[0-9a-f]{6}$'", name="color"),
        CheckConstraint(f"octet_length(logo) <= {LOGO_BYTES}", name="logo"),
        CheckConstraint("(logo IS NULL) = (logo_hash IS NULL)", name="logo_hash"),
        Index("ix_brands_logo_hash", "logo_hash", postgresql_where="logo_hash IS NOT NULL"),
        rows(Kind.workspace, api="select insert update", worker="select", owner="SELECT"),
    )

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    display_name: Mapped[str | None]
    color: Mapped[str | None]
    sender_name: Mapped[str | None]
    imprint_url: Mapped[str | None]
    privacy_url: Mapped[str | None]
    terms_url: Mapped[str | None]
    logo: Mapped[bytes | None]
    """A PNG that this service has written itself."""
    logo_hash: Mapped[str | None]
    """SHA-256 of the logo, in hexadecimal: its address, and how browsers know whether they have it."""
    logo_width: Mapped[int | None]
    logo_height: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=0)
