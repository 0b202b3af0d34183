"""What the samples of mails about a person's own account and mailbox tell."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.notifications.topics import Topic
from shared.events import Event
from shared.events.identity import ErasureRequested, ErasureWithdrawn
from shared.events.notifications import AddressReleased


def people_events(about: Mapping[str, Any], person_id: UUID, id_: UUID, now: datetime) -> dict[Topic, Event]:
    """``about``: the envelope of an event of the person's workspace."""
    asked: dict[str, Any] = {**about, "user_id": person_id, "erasure_id": id_}
    return {
        Topic.mailbox_test: AddressReleased(**about, recipient_kind="user", recipient_id=person_id, by="person"),
        Topic.erasure_requested: ErasureRequested(**asked, due_at=now + timedelta(days=7)),
        Topic.erasure_withdrawn: ErasureWithdrawn(**asked),
    }
