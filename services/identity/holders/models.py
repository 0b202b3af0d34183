from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import PERSON, Kind, rows


class HolderChangeState(StrEnum):
    requested = "requested"
    """By one of the provider's staff; a second one has to agree."""
    proposed = "proposed"
    """The new holder is asked."""
    effective = "effective"
    undone = "undone"
    """By the former holder."""
    declined = "declined"
    """By the new holder."""
    withdrawn = "withdrawn"
    expired = "expired"


class HolderChange(Base):
    """One of the two holders of a workspace is to be replaced, or a slot that nobody has is to be filled. At most one
    is open per slot. A holder proposes it, or two of the provider's staff; the new holder confirms it, and the former
    one may undo it."""

    __tablename__ = "holder_changes"
    __table_args__ = (
        Index("uq_holder_changes_one_open", "workspace_id", "slot", unique=True,
              postgresql_where=text("state IN ('requested', 'proposed')")),
        Index("ix_holder_changes_newest", "workspace_id", "proposed_at", "id"),
        Index("ix_holder_changes_asked", "new_user_id", postgresql_where=text("state = 'proposed'")),
        Index("ix_holder_changes_expiring", "expires_at",
              postgresql_where=text("state IN ('requested', 'proposed')")),
        CheckConstraint("slot IN ('primary', 'alternate')", name="slot"),
        CheckConstraint("state IN ('requested', 'proposed', 'effective', 'undone', 'declined', 'withdrawn', 'expired')",
                        name="state"),
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
        CheckConstraint("by_provider = (reason IS NOT NULL)", name="staff_say_why"),
        CheckConstraint("state <> 'requested' OR by_provider", name="only_staff_request"),
        CheckConstraint("seconded_by <> proposed_by", name="four_eyes"),
        CheckConstraint("by_provider OR seconded_by IS NULL", name="only_staff_second"),
        CheckConstraint("NOT by_provider OR state NOT IN ('proposed', 'effective', 'undone', 'declined')"
                        " OR seconded_by IS NOT NULL", name="seconded"),
        CheckConstraint("former_user_id <> new_user_id", name="somebody_else"),
        CheckConstraint("(state IN ('effective', 'undone')) = (effective_at IS NOT NULL)", name="effective_at"),
        CheckConstraint("(former_user_id IS NOT NULL AND effective_at IS NOT NULL) = (undo_until IS NOT NULL)",
                        name="undo_until"),
        CheckConstraint("state <> 'undone' OR former_user_id IS NOT NULL", name="undone_by_former"),
        CheckConstraint("(state IN ('undone', 'declined', 'withdrawn', 'expired')) = (ended_at IS NOT NULL)",
                        name="ended"),
        rows(Kind.workspace, api="select insert update", worker="select update",
             also_reads={"asked": f"new_user_id = {PERSON} AND state = 'proposed'"}),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"))
    slot: Mapped[str]
    former_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who has the slot until it takes effect; null: nobody."""
    new_user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(default=HolderChangeState.proposed)
    by_provider: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None]
    """Why the provider's staff propose it."""
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    seconded_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """The second one of the provider's staff."""
    expires_at: Mapped[datetime]
    """Until when it can be answered, in real time."""
    effective_at: Mapped[datetime | None]
    undo_until: Mapped[datetime | None]
    """Until when the former holder can undo it, in real time; null: there was none, or it has not taken effect."""
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
