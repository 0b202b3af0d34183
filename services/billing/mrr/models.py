from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base
from shared.db import Kind


class Mrr(Base):
    """The monthly recurring revenue of a workspace as last published: minor units per currency."""

    __tablename__ = "mrr"
    __table_args__ = ({"info": {"kind": Kind.workspace}},)

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    amounts: Mapped[dict[str, int]] = mapped_column(JSONB)
