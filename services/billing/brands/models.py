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
    logo: Mapped[bytes | None]
    logo_hash: Mapped[str | None]
    version: Mapped[int]
