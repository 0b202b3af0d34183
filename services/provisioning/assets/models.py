from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import Kind, rows

PHOTO_BYTES = 400 * 1024


class AssetPhoto(Base):
    """What an asset looks like, written anew from what its staff uploaded."""

    __tablename__ = "asset_photos"
    __table_args__ = (
        CheckConstraint(f"length(content) <= {PHOTO_BYTES}", name="content"),
        rows(
            Kind.workspace,
            api="select insert update delete",
            worker="select",
            within="EXISTS (SELECT FROM services s WHERE s.id = service_id)",
            because="who sees an asset sees its photo",
        ),
    )

    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id", ondelete="CASCADE"), primary_key=True)
    workspace_id: Mapped[UUID]
    digest: Mapped[str]
    """The SHA-256 of the content."""
    content: Mapped[bytes]
    """A JPEG."""
