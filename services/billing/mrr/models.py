from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base
from shared.tables import Kind, rows


class Mrr(Base):
    """The monthly recurring revenue of a workspace as last published: minor units per currency."""

    __tablename__ = "mrr"
    __table_args__ = (rows(Kind.workspace, worker="select insert update"),)

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    amounts: Mapped[dict[str, int]] = mapped_column(JSONB)
