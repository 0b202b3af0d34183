from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows


class AccountSearch(Base):
    """Somebody asked whether the person of an address has an account, to add them as a user. It is counted, because the
    answer tells something of a person."""

    __tablename__ = "account_searches"
    __table_args__ = (
        Index("ix_account_searches_workspace_id", "workspace_id", "searched_at"),
        Index("ix_account_searches_searched_at", "searched_at"),
        rows(Kind.workspace, api="select insert", worker="select delete", worker_writes_across=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"))
    searched_at: Mapped[datetime]
    """In real time."""
