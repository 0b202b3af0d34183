"""What the samples of mails about the holders of an account tell."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.notifications.topics import Topic
from shared.events import Event
from shared.events.identity import (
    HolderChanged,
    HolderChangeEnded,
    HolderChangeProposed,
    HolderChangeUndone,
    HoldersCheckDue,
    UserAdded,
)


def holder_events(about: Mapping[str, Any], id_: UUID, now: datetime) -> dict[Topic, Event]:
    """``about``: the envelope of an event of the customer."""
    change: dict[str, Any] = {
        **about, "change_id": id_, "slot": "alternate", "former_user_id": id_, "new_user_id": id_, "other_user_id": id_,
    }  # fmt: skip
    proposed = HolderChangeProposed(**change, by_provider=False, reason=None, expires_at=now + timedelta(days=7))
    return {
        Topic.holder_asked: proposed,
        Topic.holder_proposed: proposed,
        Topic.holder_change_ended: HolderChangeEnded(**change, was_proposed=True, reason="declined"),
        Topic.holder_changed: HolderChanged(**change, undo_until=now + timedelta(hours=72)),
        Topic.holder_change_undone: HolderChangeUndone(**change),
        Topic.holders_check_due: HoldersCheckDue(**about, holders=(id_,)),
        Topic.user_added: UserAdded(**about, user_id=id_, role="additional"),
    }
