from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.db import Kind


class User(Base):
    """A person, one for each proven mailbox, member of any number of workspaces (K16).

    Kind ``installation``: a person belongs to no one workspace, and is looked up by address before there is any
    scope. Every list of users starts from the grants of its workspace.
    """

    __tablename__ = "users"
    __table_args__ = {"info": {"kind": Kind.installation}}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    address: Mapped[str]
    """As it was proven: mail goes there, and never to the spelling that somebody typed (S13)."""
    address_key: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    default_workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"))
    """Where signing in leads, and where it is filed (K27)."""
    grants_version: Mapped[int] = mapped_column(default=0)
    """Counts the changes of this person's grants (D29). Changing it locks the row, and so orders them."""
    registered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
