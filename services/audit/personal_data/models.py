from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.audit.db import Base
from shared.tables import Kind, rows


class PersonKey(Base):
    """The wrapped encryption key of a person's data in the log. When it is deleted, the data is permanently unreadable,
    and the chain still verifies (D27)."""

    __tablename__ = "person_keys"
    __table_args__ = rows(
        Kind.installation, api="select", worker="select insert update"
    )  # read by whoever may read an entry

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped_key: Mapped[bytes | None]
    address_digest: Mapped[bytes | None] = mapped_column(index=True)
    """Finds the person by address. A keyed digest, so that addresses cannot be guessed without the service's secret."""
    name_sealed: Mapped[bytes | None]
    """The person's name as of the newest event that says it, encrypted with their key."""
    named_at: Mapped[datetime | None]
    """When that event happened."""
