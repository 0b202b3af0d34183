from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.amounts import Billed, Price
from services.billing.db import Base, Minor, PrimaryKey
from services.billing.money import Money
from services.billing.prices import Priced, price_of_all
from shared.origin import Originated
from shared.tables import Kind, rows


class Clock(StrEnum):
    """The billing clock of a service. While it is ``paused``, its days are not billed."""

    not_started = "not_started"
    pending = "pending"
    started = "started"
    paused = "paused"
    ended = "ended"


class AtTermEnd(StrEnum):
    """What happens at the end of a minimum term: another one, none any more, or the subscription ends."""

    renew = "renew"
    continue_ = "continue"
    end = "end"


class Subscription(Originated, Base):
    """The billing side of a service: price, quantity and billing clock. Its origin is the order's, so that each invoice
    can be traced back to the request that ordered."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        ForeignKeyConstraint(["bill_group_id", "currency"], ["bill_groups.bill_group_id", "bill_groups.currency"]),
        Index("ix_subscriptions_due", "billing_starts_at", postgresql_where="clock = 'pending'"),
        Index("ix_subscriptions_pending", "bill_group_id", "billing_starts_at", postgresql_where="clock = 'pending'"),
        Index("ix_subscriptions_unbilled", "bill_group_id", "unbilled_from", postgresql_where="clock = 'started'"),
        Index("ix_subscriptions_ends_on", "ends_on", postgresql_where="clock <> 'ended' AND ends_on IS NOT NULL"),
        Index("ix_subscriptions_term_ends_on", "term_ends_on",
              postgresql_where="clock IN ('started', 'paused') AND term_ends_on IS NOT NULL"),
        Index("ix_subscriptions_ending", "workspace_id", text("coalesce(ends_on, term_ends_on)"), "id",
              postgresql_where="clock IN ('started', 'paused') AND coalesce(ends_on, term_ends_on) IS NOT NULL"),
        Index("ix_subscriptions_of_plan", "plan_version_id", postgresql_where="clock <> 'ended'"),
        Index("ix_subscriptions_in_arrears", "bill_group_id", "clock",
              postgresql_where="billed = 'in_arrears' AND clock IN ('pending', 'started')"),
        Index("ix_subscriptions_part_of", "part_of", postgresql_where="part_of IS NOT NULL"),
        # One for each combination of what the list can be asked (subscriptions/listing.py).
        Index("ix_subscriptions_page", "workspace_id", "ordered_at", "id", postgresql_where="version <> -1"),
        Index("ix_subscriptions_clock", "workspace_id", "clock", "ordered_at", "id", postgresql_where="version <> -2"),
        Index("ix_subscriptions_group", "workspace_id", "bill_group_id", "ordered_at", "id",
              postgresql_where="version <> -3"),
        Index("ix_subscriptions_group_clock", "workspace_id", "bill_group_id", "clock", "ordered_at", "id",
              postgresql_where="version <> -4"),
        rows(Kind.workspace, api="select update", worker="select insert update", worker_writes_many=True,
             owner="SELECT"),
    )  # fmt: skip

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID] = mapped_column(index=True)
    service_id: Mapped[UUID] = mapped_column(unique=True)
    service_version: Mapped[int] = mapped_column(default=0)
    """Of the newest processed service event. Older events that arrive later are ignored."""
    service_kind: Mapped[str]
    description: Mapped[str]
    """What people call the service."""
    product_name: Mapped[str] = mapped_column(server_default="")
    """What it is."""
    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_versions.id"))
    quantity: Mapped[int]
    currency: Mapped[str]
    recurring_minor: Mapped[Minor]
    """Of a single piece, with ``priced``."""
    priced: Mapped[dict[str, Priced]] = mapped_column(JSONB, server_default="{}")
    """The whole numbers of its configuration that the plan charges for, by field."""
    one_off_minor: Mapped[Minor]
    interval_months: Mapped[int]
    billed: Mapped[Billed] = mapped_column(Text, server_default="in_advance")
    """When a period is billed: on the billing date on which it begins, or on the one on which it ends."""
    ordered_at: Mapped[datetime]

    clock: Mapped[str] = mapped_column(default=Clock.not_started)
    billing_starts_at: Mapped[datetime | None]
    billing_started_at: Mapped[datetime | None]
    started_on: Mapped[date | None]
    """The day of ``billing_started_at`` where the selling entity is. Null if it started before this was stored, when
    days were those of UTC."""
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    unbilled_from: Mapped[date | None]
    """The first unbilled day; null until billing has started."""
    once_billed: Mapped[bool | None]
    """Whether what is paid once was billed. Null: it was if the clock has started and more than nothing was billed."""
    terms: Mapped[int] = mapped_column(server_default="1")
    """The number of its terms: a change of the price, a pause and an end begin the next ones."""
    terms_from: Mapped[date | None]
    """The day on which these terms began. Null: when billing started."""
    term_months: Mapped[int] = mapped_column(server_default="0")
    """The months of a term; 0: it runs until it is cancelled."""
    term_ends_on: Mapped[date | None]
    """The day after the last one of its minimum term. Null: it has none (any more)."""
    at_term_end: Mapped[str] = mapped_column(server_default="renew")
    """``renew`` for another term, ``continue`` without one, or ``end``."""
    may_pause: Mapped[bool] = mapped_column(server_default="false")
    paused: Mapped[bool] = mapped_column(server_default="false")
    """Whether its service is paused by the contract. Before billing has started, it only notes that."""
    ends_on: Mapped[date | None]
    """Cancelled for this day: the first one that is not billed."""
    part_of: Mapped[UUID | None]
    """The service that its service is part of. It has the same bill group and ends at the latest with it."""
    own_ends_on: Mapped[date | None]
    """Of a part: the day for which it was cancelled itself. ``ends_on`` is that, or the day of its service."""
    expiry_told: Mapped[int | None]
    """The days of the newest notice that its term ends. Null: none was sent of this term."""
    version: Mapped[int] = mapped_column(default=0)

    @property
    def is_cancelled(self) -> bool:
        """Whether it was cancelled itself, and does not only end with the service that it is part of."""
        return (self.ends_on if self.part_of is None else self.own_ends_on) is not None

    @property
    def ended_with_whole(self) -> bool:
        """Of one that has ended on a day for which something was cancelled: whether that was not itself."""
        return self.part_of is not None and self.own_ends_on is None

    @property
    def bills_until(self) -> date | None:
        """The first day that is never billed, as far as that is known."""
        return self.ends_on or (self.term_ends_on if self.at_term_end == AtTermEnd.end else None)

    @property
    def price(self) -> Price:
        return Price(self.currency, self.recurring_minor, self.one_off_minor, self.quantity, self.interval_months,
                     self.billed)  # fmt: skip

    @property
    def is_new(self) -> bool:
        """Whether what is paid once was not billed yet."""
        return not self.once_billed if self.once_billed is not None else self.unbilled_from == self.first_on

    @property
    def first_on(self) -> date | None:
        """The day on which billing started."""
        return self.started_on or (self.billing_started_at and self.billing_started_at.astimezone(UTC).date())

    @property
    def recurring(self) -> Money:
        """The price of one interval, for the whole quantity."""
        return price_of_all(self.recurring_minor, self.quantity, self.currency)

    @property
    def once(self) -> Money:
        """What is paid once, for the whole quantity."""
        return price_of_all(self.one_off_minor, self.quantity, self.currency)


class ServiceName(Base):
    """What people call a service, as far as events have said, whether it is subscribed to already or not."""

    __tablename__ = "service_names"
    __table_args__ = (rows(Kind.workspace, worker="select insert update"),)

    service_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    display_name: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)
    """Of the service, when it got the name."""
