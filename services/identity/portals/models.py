from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows


class Portal(Base):
    """The portal of a bill group: the random key in its link. The link alone gives no access, but nobody can guess it.

    Kind ``installation``: it says which workspace a stranger's link is about, before there is a scope.
    """

    __tablename__ = "portals"
    __table_args__ = rows(Kind.installation, api="select", worker="select insert")

    key: Mapped[str] = mapped_column(primary_key=True)
    bill_group_id: Mapped[UUID] = mapped_column(ForeignKey("bill_groups.bill_group_id"), unique=True)
    workspace_id: Mapped[UUID]
    created_at: Mapped[datetime]
