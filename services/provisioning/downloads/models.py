from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import WORKSPACE, Kind, rows


class Download(Base):
    """A download that has begun, once per link, however often it is resumed."""

    __tablename__ = "downloads"
    __table_args__ = (
        Index("ix_downloads_release_id", "release_id"),
        Index("ix_downloads_file_id", "file_id"),
        rows(
            Kind.workspace,
            api="select insert",
            worker="select",
            also_reads={
                "provider_reads": f"EXISTS (SELECT FROM workspace_copies w WHERE w.id = {WORKSPACE}"
                " AND w.kind = 'provider')"
            },
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """The link's."""
    workspace_id: Mapped[UUID]
    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("release_files.id"))
    user_id: Mapped[UUID]
    began_at: Mapped[datetime]
    """Business time."""
