from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.db import Base, Document, PrimaryKey
from shared.leases import Leased, lease_rules
from shared.tables import PERSON, Kind, rows


class CampaignState(StrEnum):
    draft = "draft"
    scheduled = "scheduled"
    sending = "sending"
    sent = "sent"
    stopped = "stopped"


COUNTS = ("sent", "failed", "opted_out", "left_out")
"""What became of the messages of a campaign, by the names of its columns."""


class Campaign(Leased, Base):
    """News for the people of customers and partners: ``draft -> scheduled -> sending -> sent``; what is scheduled can
    be taken back, what is being sent can be stopped. A worker leases it while it makes its messages."""

    __tablename__ = "campaigns"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'scheduled', 'sending', 'sent', 'stopped')", name="state"),
        *lease_rules(),
        CheckConstraint("texts ? 'en'", name="texts"),
        CheckConstraint("(state = 'draft') = (scheduled_for IS NULL)", name="scheduled_for"),
        CheckConstraint("(state IN ('draft', 'scheduled')) = (started_at IS NULL)", name="started_at"),
        CheckConstraint("(state IN ('sent', 'stopped')) = (ended_at IS NOT NULL)", name="ended_at"),
        CheckConstraint(f"{' + '.join(f'{name}_count' for name in COUNTS)} <= recipients", name="counts"),
        Index("ix_campaigns_newest", "workspace_id", "created_at", "id"),
        rows(
            Kind.workspace,
            api="select insert update delete",
            worker="select update",
            worker_writes_across=True,
            # Whoever has a notice of it reads it. Only its text is answered.
            also_reads={
                "readers": f"EXISTS (SELECT FROM notices n WHERE n.user_id = {PERSON} AND n.thing_id = campaigns.id)"
            },
        ),
    )

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    """The provider's."""
    topic: Mapped[str]
    texts: Mapped[Document]
    """Title, body and label of the button, by language. English is always there."""
    button_url: Mapped[str | None]
    segment: Mapped[Document]
    """Who it is for: a `Segment`."""
    state: Mapped[str] = mapped_column(default=CampaignState.draft)
    version: Mapped[int] = mapped_column(default=1)
    """Counts the changes that staff make."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    scheduled_for: Mapped[datetime | None]
    """Real time, as all others."""
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    tested_at: Mapped[datetime | None]
    """When staff last had it mailed to themselves."""
    reached: Mapped[UUID | None]
    """The last person for whom a message was made: they are made in the order of their ids."""
    is_prepared: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether all messages are made."""
    recipients: Mapped[int] = mapped_column(default=0, server_default="0")
    """Messages that were made."""
    sent_count: Mapped[int] = mapped_column(default=0, server_default="0")
    failed_count: Mapped[int] = mapped_column(default=0, server_default="0")
    opted_out_count: Mapped[int] = mapped_column(default=0, server_default="0")
    left_out_count: Mapped[int] = mapped_column(default=0, server_default="0")
    """Not sent because the campaign was stopped, or the person did not belong to its segment any more."""

    @property
    def decided(self) -> int:
        """Messages of which it is known what became of them."""
        return self.sent_count + self.failed_count + self.opted_out_count + self.left_out_count


class NewsPace(Base):
    """One row: when the next news may be mailed, by whichever worker and of whichever campaign."""

    __tablename__ = "news_pace"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        rows(Kind.installation, worker="select insert update"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]
    """Real time."""
