"""What the samples of mails about moves of customers tell."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.notifications.topics import Topic
from shared.copies import WorkspaceCopy
from shared.events import Event
from shared.events.identity import (
    CustomerJoined,
    CustomerLeft,
    MoveDeclined,
    MoveExpired,
    MoveProposed,
    MoveWithdrawn,
    WorkspaceMoved,
)

PARTNERS = {Topic.customer_left, Topic.customer_joined}
"""Mails to the admins of a partner, about its own workspace."""


def move_events(about: Mapping[str, Any], customer: WorkspaceCopy, id_: UUID, now: datetime) -> dict[Topic, Event]:
    """``about``: the envelope of an event of the customer."""
    companies: dict[str, Any] = {
        **about, "move_id": id_, "from_company": "Meridian Partners",
        "to_company": "Alder Networks", "proposed_by": id_, "display_name": customer.display_name,
    }  # fmt: skip
    gone: dict[str, Any] = dict(about) | {"customer_id": customer.id, "customer_name": customer.display_name,
                                          "account_number": customer.account_number}  # fmt: skip
    return {
        Topic.move_proposed: MoveProposed(
            **companies, company="Larkspur Cloud", reason="Meridian Partners closes at the end of June.",
            expires_at=now + timedelta(days=14),
        ),
        Topic.move_withdrawn: MoveWithdrawn(**companies),
        Topic.move_declined: MoveDeclined(**companies, reason="We would like to stay until our project has ended."),
        Topic.move_expired: MoveExpired(**companies),
        Topic.move_consented: _moved(companies, customer),
        Topic.workspace_moved: _moved(companies, customer),
        Topic.customer_left: CustomerLeft(**gone),
        Topic.customer_joined: CustomerJoined(**gone),
    }  # fmt: skip


def _moved(companies: Mapping[str, Any], customer: WorkspaceCopy) -> WorkspaceMoved:
    return WorkspaceMoved(
        **companies, kind="customer", slug=customer.slug, account_number=customer.account_number, connected=True
    )
