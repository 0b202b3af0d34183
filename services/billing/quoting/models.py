"""What only the seller reads of a quote. The rows are of the seller's own workspace, so that row security keeps them
from the customer."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base, PrimaryKey
from shared.tables import Kind, rows


class QuoteDraft(Base):
    """What the next offer of a quote will say."""

    __tablename__ = "quote_drafts"
    __table_args__ = (
        CheckConstraint("length(terms) <= 4000", name="terms"),
        rows(Kind.workspace, api="select insert update", worker="select"),
    )

    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quotes.id"), primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(index=True)
    """The seller's."""
    version: Mapped[int] = mapped_column(default=1)
    """Increases with each change."""
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """In the shape of `LineWrite`."""
    valid_until: Mapped[date | None]
    terms: Mapped[str] = mapped_column(default="")


class QuoteNote(Base):
    """A note of the seller's people among themselves."""

    __tablename__ = "quote_notes"
    __table_args__ = (
        CheckConstraint("length(body) BETWEEN 1 AND 2000", name="body"),
        Index("ix_quote_notes_quote_id", "quote_id", "written_at", "id"),
        rows(Kind.workspace, api="select insert", worker="select update"),
    )

    id: Mapped[PrimaryKey]
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quotes.id"))
    workspace_id: Mapped[UUID] = mapped_column(index=True)
    """The seller's."""
    written_by: Mapped[UUID]
    written_by_address: Mapped[str | None]
    """The address at that moment, for the record. Null once its person is erased."""
    written_at: Mapped[datetime]
    body: Mapped[str]
