from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base
from shared.tables import Kind, rows


class Brand(Base):
    """The colour and logo of a provider or a partner; the newest version wins. Who has said nothing has no row."""

    __tablename__ = "brands"
    __table_args__ = (rows(Kind.workspace, worker="select insert update"),)

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    color: Mapped[str | None]
    logo_hash: Mapped[str | None]
    version: Mapped[int]


class Logo(Base):
    """A logo that an invoice has or may have. It is kept for good, so that an invoice prints the same later."""

    __tablename__ = "logos"
    __table_args__ = (rows(Kind.installation, worker="select insert"),)

    hash: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of the PNG."""
    png: Mapped[bytes]
