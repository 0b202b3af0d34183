from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import Kind, rows


class Site(Base):
    """Where services run: a building in a city. Everybody sees where the sites are."""

    __tablename__ = "sites"
    __table_args__ = (
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        Index("ix_sites_by_name", "display_name", "id"),
        rows(Kind.installation, api="select insert update", worker="select"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    city: Mapped[str]
    country: Mapped[str]
    """ISO 3166, two letters."""
    latitude: Mapped[float]
    longitude: Mapped[float]
    version: Mapped[int] = mapped_column(default=1)
