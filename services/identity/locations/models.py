from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import PERSON, Kind, rows

OF_A_PERSON = f"location_id IN (SELECT g.location_id FROM grants g WHERE g.user_id = {PERSON})"  # noqa: S608


class Location(Base):
    """A copy of provisioning's locations, so that access is only given to an open one, and an invitation goes to the
    address on file."""

    __tablename__ = "locations"
    __table_args__ = (
        Index("ix_locations_to_settle", "location_id", postgresql_where=text("to_settle")),
        rows(Kind.workspace, api="select", worker="select insert update", also_reads={"of_a_person": OF_A_PERSON}),
    )

    id: Mapped[UUID] = mapped_column("location_id", primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"), index=True)
    bill_group_id: Mapped[UUID]
    display_name: Mapped[str]
    contact_name: Mapped[str]
    contact_address: Mapped[str]
    """Empty: no address is on file."""
    is_closed: Mapped[bool]
    version: Mapped[int] = mapped_column(BigInteger)
    """Of the newest event that has arrived: an older one changes nothing."""
    to_settle: Mapped[bool] = mapped_column(default=False)
    """Whether a job still has to end what does not fit any more: invitations to a former address; of a closed location
    its people's access, too."""
