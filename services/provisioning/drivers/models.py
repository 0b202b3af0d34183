from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import Kind, rows


class SimulatedStep(Base):
    """The state of the simulated infrastructure: one row per requested step."""

    __tablename__ = "simulated_steps"
    __table_args__ = rows(Kind.plumbing, worker="select insert update")

    key: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    calls: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
