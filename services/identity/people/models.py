from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows


class User(Base):
    """A person, one per proven mailbox, member of any number of workspaces (K16).

    Kind ``installation``: a person belongs to no single workspace, and is looked up by address before there is a scope.
    Every list of users starts from the grants of its workspace.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("length(locale) <= 35", name="locale"),
        CheckConstraint("length(time_zone) <= 64", name="time_zone"),
        CheckConstraint(
            "erased_at IS NULL OR (address = '' AND display_name = '' AND address_key = id::text AND locale IS NULL"
            " AND time_zone IS NULL)",
            name="erased",
        ),
        rows(Kind.installation, api="select insert update", worker="select insert update"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    address: Mapped[str]
    """The proven address. Mail is sent to it, never to a spelling that somebody typed (S13)."""
    address_key: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    locale: Mapped[str | None]
    """The language that the person reads, with a region. None: as their browser says."""
    time_zone: Mapped[str | None]
    """The time zone that times are shown to the person in. None: as their browser says."""
    shortcuts: Mapped[bool] = mapped_column(default=True)
    """Whether keys of one letter do something on pages."""
    default_workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"))
    """The workspace that signing in leads to and is logged in (K27)."""
    mail_returned_at: Mapped[datetime | None]
    """Since when mails to the address come back, so that none are sent but those to sign in. None: they are sent."""
    grants_version: Mapped[int] = mapped_column(default=0)
    """Counts the changes of this person's grants (D29). Incrementing it locks the row and so serialises them."""
    registered_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    """When the account was deleted at the person's wish. The id stays, as a pseudonym for what they did."""
    version: Mapped[int] = mapped_column(default=1)


class OwnDataDownload(Base):
    """A person downloaded all of their data. It is counted, and forgotten after two days."""

    __tablename__ = "own_data_downloads"
    __table_args__ = (
        Index("ix_own_data_downloads_user_id", "user_id", "downloaded_at"),
        Index("ix_own_data_downloads_downloaded_at", "downloaded_at"),
        rows(Kind.person, api="select insert", worker="select delete", worker_writes_across=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    downloaded_at: Mapped[datetime]
    """In real time."""
