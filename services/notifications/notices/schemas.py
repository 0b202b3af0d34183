from datetime import datetime
from uuid import UUID

from services.notifications.topics import Topic
from shared.schemas import Body, Read


class NoticeRead(Read):
    """Something that the caller is told of in the portal."""

    id: UUID
    topic: Topic
    title: str
    """What happened, in the language that was asked for: the subject of the mail about it."""
    text: str
    """What follows from it, in one sentence."""
    path: str
    """Where the portal shows it: the path of a page, perhaps of another workspace than the present one."""
    workspace_id: UUID
    """The workspace that it is about."""
    workspace_name: str
    at: datetime
    """When the caller was told."""
    is_read: bool


class UnreadRead(Read):
    unread: int
    """How many notices the caller has not read; 100 means 100 or more."""


class ReadAll(Body):
    until: datetime
    """``at`` of the newest notice that the caller has seen: what came later stays unread."""
