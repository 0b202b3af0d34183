"""What the samples of mails about quotes tell."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.notifications.topics import Topic
from shared.events import Event
from shared.events.billing import (
    QuoteAccepted,
    QuoteDeclined,
    QuotedLine,
    QuoteExpiring,
    QuoteMessageWritten,
    QuoteOffered,
    QuoteRequested,
    QuoteWithdrawn,
)
from shared.events.provisioning import QuoteOrderRefused


def quote_events(about: Mapping[str, Any], id_: UUID, now: datetime) -> dict[Topic, Event]:
    """``about``: the envelope of an event of the customer."""
    quote: dict[str, Any] = {**about, "quote_id": id_, "number": "Q-10042", "bill_group_id": id_, "requested_by": id_}
    until = {"offer_version": 1, "valid_until": now.date() + timedelta(days=30)}
    soon = {"offer_version": 1, "valid_until": now.date() + timedelta(days=7)}
    line = QuotedLine(
        line_id=id_, product_id=id_, plan_version_id=id_, configuration={}, quantity=1, display_name="Uplink Hamburg"
    )
    return {
        Topic.quote_requested: QuoteRequested(**quote, by_seller=False),
        Topic.quote_offered: QuoteOffered(**quote, **until),
        Topic.quote_expiring: QuoteExpiring(**quote, **soon),
        Topic.quote_withdrawn: QuoteWithdrawn(**quote, by="seller", reason="We do not offer this line any more."),
        Topic.quote_message: QuoteMessageWritten(**quote, message_id=id_, by="seller"),
        Topic.quote_message_to_staff: QuoteMessageWritten(**quote, message_id=id_, by="customer"),
        Topic.quote_accepted: QuoteAccepted(
            **quote, offer_version=1, lines=(line,), accepted_by=id_, document_sha256=None
        ),
        Topic.quote_declined: QuoteDeclined(**quote, offer_version=1, reason="We stay with our present line."),
        Topic.quote_not_ordered: QuoteOrderRefused(
            **about, quote_id=id_, number="Q-10042", display_name="Uplink Hamburg", problem="no-room"
        ),
    }
