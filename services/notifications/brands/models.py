from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.db import Base
from shared.tables import Kind, rows


class Brand(Base):
    """What a provider or a partner looks like; the newest version wins. Who has said nothing has no row."""

    __tablename__ = "brands"
    __table_args__ = (rows(Kind.workspace, api="select", worker="select insert update"),)

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    color: Mapped[str | None]
    sender_name: Mapped[str | None]
    imprint_url: Mapped[str | None]
    privacy_url: Mapped[str | None]
    terms_url: Mapped[str | None]
    logo: Mapped[bytes | None]
    version: Mapped[int]
