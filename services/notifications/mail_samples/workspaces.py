"""What the samples of mails about a workspace itself tell."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.notifications.topics import Topic
from shared.copies import WorkspaceCopy
from shared.events import Event
from shared.events.identity import (
    WorkspaceClosed,
    WorkspaceClosing,
    WorkspaceClosingSoon,
    WorkspaceKept,
    WorkspaceReinstated,
    WorkspaceSuspended,
    WorkspaceUpdated,
)


def workspace_events(about: Mapping[str, Any], customer: WorkspaceCopy, now: datetime) -> dict[Topic, Event]:
    """``about``: the envelope of an event of the customer."""
    state: dict[str, Any] = {
        **about, "kind": "customer", "slug": customer.slug, "display_name": customer.display_name,
        "account_number": customer.account_number, "connected": True,
    }  # fmt: skip
    soon = now + timedelta(days=30)
    return {
        Topic.workspace_renamed: WorkspaceUpdated(
            **state, previous_display_name="Northwind Shipping", previous_slug="northwind-shipping"
        ),
        Topic.workspace_suspended: WorkspaceSuspended(
            **state, suspended=True, reason="Three invoices are unpaid since March.", suspended_by="Larkspur Cloud"
        ),
        Topic.workspace_reinstated: WorkspaceReinstated(**state, reinstated_by="Larkspur Cloud"),
        Topic.account_closing: WorkspaceClosing(**state, closes_at=soon),
        Topic.account_closing_soon: WorkspaceClosingSoon(**state, closes_at=now + timedelta(days=3)),
        Topic.account_kept: WorkspaceKept(**state),
        Topic.account_closed: WorkspaceClosed(**state, closes_at=now, closed=True, admins=()),
    }
