"""What the sample of the mail about a document tells."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.notifications.topics import Topic
from shared.events import Event
from shared.events.billing import DocumentAdded


def document_events(about: Mapping[str, Any], id_: UUID) -> dict[Topic, Event]:
    """``about``: the envelope of an event of the customer."""
    title = "Master agreement 2026"
    added = DocumentAdded(**about, document_id=id_, kind="contract", title=title, bill_group_id=None)
    return {Topic.document_added: added}
