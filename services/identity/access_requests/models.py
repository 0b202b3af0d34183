from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import PERSON, Kind, rows


class AccessRequestState(StrEnum):
    pending = "pending"
    approved = "approved"
    denied = "denied"
    withdrawn = "withdrawn"
    """By the person; or they joined in another way meanwhile."""
    expired = "expired"


class AccessRequest(Base):
    """A person asks for access to a workspace. At most one is pending per person and workspace."""

    __tablename__ = "access_requests"
    __table_args__ = (
        Index("uq_access_requests_one_pending", "workspace_id", "user_id", unique=True,
              postgresql_where=text("state = 'pending'")),
        # One for each combination of what the list can be asked (access_requests/listing.py).
        Index("ix_access_requests_asked", "workspace_id", "asked_at", "id", postgresql_where=text("state <> '1'")),
        Index("ix_access_requests_in_state", "workspace_id", "state", "asked_at", "id",
              postgresql_where=text("state <> '2'")),
        Index("ix_access_requests_expiring", "expires_at", postgresql_where=text("state = 'pending'")),
        CheckConstraint("state IN ('pending', 'approved', 'denied', 'withdrawn', 'expired')", name="state"),
        CheckConstraint("length(message) <= 300", name="message"),
        CheckConstraint("length(reason) <= 300", name="reason"),
        CheckConstraint("(state = 'denied') = (reason IS NOT NULL)", name="denied_with_a_reason"),
        CheckConstraint("state IN ('approved', 'denied') OR decided_by IS NULL", name="decided_by"),
        rows(Kind.workspace, api="select insert update", worker="select insert update",
             also_reads={"own": f"user_id = {PERSON}"}),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[str] = mapped_column(default=AccessRequestState.pending)
    message: Mapped[str]
    """What the person wrote to those who decide; perhaps nothing."""
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    """Why it was denied, for the person who asked."""
    version: Mapped[int] = mapped_column(default=1)


def told_state(
    request_state: str | None, withdrawn_at: datetime | None, expires_at: datetime, real_now: datetime
) -> AccessRequestState:
    """How a request stands for the person who asked. What nobody answers ends on the day it would, whether such a
    workspace exists or not; ``request_state`` is None if it does not."""
    if withdrawn_at is not None:
        return AccessRequestState.withdrawn
    if request_state is not None and request_state != AccessRequestState.pending:
        return AccessRequestState(request_state)
    return AccessRequestState.expired if expires_at <= real_now else AccessRequestState.pending


class AskedWorkspace(Base):
    """What a person entered to ask for access, and the request that came of it: none, if there is no such workspace. To
    the person both look the same, so that nobody learns which workspaces exist."""

    __tablename__ = "asked_workspaces"
    __table_args__ = (
        Index("ix_asked_workspaces_own", "user_id", "asked_at", "id"),
        Index("ix_asked_workspaces_asked_at", "asked_at"),
        rows(Kind.person, api="select insert update", worker="select delete", worker_writes_across=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    """The workspace's name in URLs, or its GUID."""
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("access_requests.id"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
