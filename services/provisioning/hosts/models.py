from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import Kind, rows


class Host(Base):
    """A machine at a site that services run on. Its rows belong to the provider: no customer reads them. Services are
    placed by functions that run as the owner."""

    __tablename__ = "hosts"
    __table_args__ = (
        UniqueConstraint("site_id", "display_name"),
        rows(Kind.workspace, api="select insert update", worker="select", owner="ALL"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    """The provider's."""
    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"))
    display_name: Mapped[str]
    in_maintenance: Mapped[bool] = mapped_column(server_default="false", default=False)
    """It takes no new service. What runs on it stays."""
    version: Mapped[int] = mapped_column(default=1)


class HostResource(Base):
    """How much a host has of a resource. ``taken`` is the sum of what its placements take, kept by a trigger of theirs;
    the check is what keeps a host from being oversold."""

    __tablename__ = "host_resources"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= capacity", name="never_oversold"),
        rows(Kind.workspace, api="select insert update", worker="select", owner="ALL"),
    )

    host_id: Mapped[UUID] = mapped_column(ForeignKey("hosts.id"), primary_key=True)
    resource: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    capacity: Mapped[int] = mapped_column(BigInteger)
    taken: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)
