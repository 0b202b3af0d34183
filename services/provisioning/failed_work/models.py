from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import WORKSPACE, Kind, rows


class FailedWork(Base):
    """An operation that failed, whatever its verb, with all fields that the provider's staff see. The creation of a
    service is not among them: its order is a `FailedOrder`.

    A separate table, kept by triggers on operations and services, because the staff may read this of every workspace
    but nothing else of an operation, such as its output.
    """

    __tablename__ = "failed_work"
    __table_args__ = (
        Index("ix_failed_work_newest", "failed_at", "operation_id"),
        Index("ix_failed_work_newest_of_verb", "verb", "failed_at", "operation_id"),
        Index("ix_failed_work_service_id", "service_id"),
        rows(
            Kind.workspace,
            api="select insert update",
            worker="select insert update",
            also_reads={
                "provider_reads": f"EXISTS (SELECT FROM workspace_copies w WHERE w.id = {WORKSPACE}"
                " AND w.kind = 'provider')"
            },
            within="(SELECT true FROM services s WHERE s.id = service_id)",
            because="whoever renames a service within a location renames it here",
            within_writes=True,
        ),
    )

    operation_id: Mapped[UUID] = mapped_column(ForeignKey("operations.id", ondelete="CASCADE"), primary_key=True)
    workspace_id: Mapped[UUID]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id", ondelete="CASCADE"))
    display_name: Mapped[str]
    """The service's present name."""
    verb: Mapped[str]
    step: Mapped[int]
    steps: Mapped[int]
    failure: Mapped[str]
    failure_code: Mapped[str | None]
    """As an operation's ``message_code``."""
    failure_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    failed_at: Mapped[datetime]
    """Real time."""
    begun_by_address: Mapped[str | None]
    begun_via: Mapped[str]
