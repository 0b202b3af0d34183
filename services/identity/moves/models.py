from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows


class MoveState(StrEnum):
    proposed = "proposed"
    consented = "consented"
    declined = "declined"
    withdrawn = "withdrawn"
    """By the provider's staff."""
    expired = "expired"


class Move(Base):
    """The provider proposes that a customer goes to another seller; the customer's admins answer. At most one is open
    per customer. The companies' names are kept as they were, because the customer sees only its own seller."""

    __tablename__ = "moves"
    __table_args__ = (
        Index("uq_moves_one_open", "workspace_id", unique=True, postgresql_where=text("state = 'proposed'")),
        Index("ix_moves_newest", "workspace_id", "proposed_at", "id"),
        Index("ix_moves_expiring", "expires_at", postgresql_where=text("state = 'proposed'")),
        CheckConstraint("state IN ('proposed', 'consented', 'declined', 'withdrawn', 'expired')", name="state"),
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
        CheckConstraint("length(answer) BETWEEN 1 AND 500", name="answer"),
        CheckConstraint("(state = 'declined') = (answer IS NOT NULL)", name="declined_with_a_reason"),
        CheckConstraint("(state = 'proposed') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state IN ('proposed', 'expired')) = (ended_by IS NULL)", name="ended_by"),
        CheckConstraint("from_workspace_id <> to_workspace_id", name="elsewhere"),
        rows(
            Kind.workspace,
            api="select insert update",
            worker="select update",
            within="state = 'proposed'",
            because="a token says to whom an open move leads, and is read before it is known how far its rights reach",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"))
    """The customer."""
    from_workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"))
    from_company: Mapped[str]
    to_workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"))
    to_company: Mapped[str]
    company: Mapped[str]
    """The provider, which proposes it."""
    reason: Mapped[str]
    """Why, in words for the customer's admins."""
    state: Mapped[str] = mapped_column(default=MoveState.proposed)
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who answered it or took it back."""
    ended_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    """Why it was declined, in words for the provider's staff."""
    version: Mapped[int] = mapped_column(default=1)
