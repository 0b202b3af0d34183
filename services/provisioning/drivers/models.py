from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.db import Kind


class SimulatedStep(Base):
    """The state of the simulated infrastructure: one row per requested step."""

    __tablename__ = "simulated_steps"
    __table_args__ = {"info": {"kind": Kind.plumbing}}  # noqa: RUF012

    key: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    calls: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
