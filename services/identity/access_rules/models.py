from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows


class AccessRule(Base):
    """Which mailboxes the portal of a bill group admits: all of a domain, or one. A subdomain is another domain.

    The database itself refuses a domain beside an address in it.
    """

    __tablename__ = "access_rules"
    __table_args__ = (
        UniqueConstraint("bill_group_id", "kind", "value", name="uq_access_rules_value"),
        CheckConstraint("kind IN ('domain', 'address')", name="kind"),
        CheckConstraint("domain = split_part(value, '@', 2) OR (kind = 'domain' AND domain = value)", name="domain"),
        CheckConstraint("length(value) BETWEEN 3 AND 254", name="value"),
        ExcludeConstraint(
            ("bill_group_id", "="), ("domain", "="), (text("kind"), "<>"), name="ex_access_rules_overlap", using="gist"
        ),
        Index("ix_access_rules_listed", "workspace_id", "bill_group_id", "kind", "value"),
        rows(Kind.workspace, api="select insert delete", worker="select delete"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"))
    bill_group_id: Mapped[UUID] = mapped_column(ForeignKey("bill_groups.bill_group_id"))
    kind: Mapped[str]
    value: Mapped[str]
    """The domain or the key of the address, in ASCII lower case."""
    domain: Mapped[str]
    """The domain, also of an address."""
    added_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]
