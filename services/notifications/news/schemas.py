from datetime import datetime
from uuid import UUID

from services.notifications.topics import Topic
from shared.schemas import Read


class NewsRead(Read):
    """News that the caller was sent, in the language that was asked for, or else in English."""

    id: UUID
    topic: Topic
    topic_title: str
    title: str
    html: str
    """The text: paragraphs, emphasis, lists and links to https addresses, and no other elements."""
    button_label: str | None
    button_url: str | None
    """An https address. Null where there is no button."""
    at: datetime
    """When it began to be sent."""
