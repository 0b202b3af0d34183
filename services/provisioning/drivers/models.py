from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import Kind, rows


class SimulatedStep(Base):
    """What was requested of the simulated infrastructure: one row per step."""

    __tablename__ = "simulated_steps"
    __table_args__ = rows(Kind.plumbing, worker="select insert update")

    key: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    calls: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class SimulatedResource(Base):
    """What there is in the simulated infrastructure. A service should have one."""

    __tablename__ = "simulated_resources"
    __table_args__ = rows(Kind.plumbing, worker="select insert update delete")

    service_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    """Of the work that made it."""
    kind: Mapped[str]
    state: Mapped[str]
    """``running`` or ``suspended``."""
    configuration: Mapped[dict[str, Any]]
    quantity: Mapped[int]


class SimulatedCredentials(Base):
    """How somebody gets into a simulated service. As in real infrastructure, a password is readable only on its way to
    its owner; what is in force is kept as a digest."""

    __tablename__ = "simulated_credentials"
    __table_args__ = (
        CheckConstraint("(key IS NULL) = (digest IS NULL)", name="in_force"),
        CheckConstraint("(pending_key IS NULL) = (pending_password IS NULL)", name="pending"),
        CheckConstraint("(pending_key IS NULL) = (pending_since IS NULL)", name="pending_since"),
        rows(Kind.plumbing, worker="select insert update delete"),
    )

    service_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_name: Mapped[str]
    key: Mapped[str | None]
    """Of the work that has made what is in force. Null before the first reset."""
    digest: Mapped[bytes | None]
    """Of the password in force."""
    pending_key: Mapped[str | None]
    """Of the work that has made a password which is not in force yet."""
    pending_password: Mapped[str | None]
    pending_since: Mapped[datetime | None]
    """Real time."""
