"""What a person is told of in the portal, and what they chose to be told of."""

from datetime import datetime
from typing import Literal, TypedDict
from uuid import UUID

from services.portal.clients.http import Answer


class Notice(Answer):
    id: UUID
    title: str
    text: str
    path: str
    workspace_id: UUID
    workspace_name: str
    at: datetime
    is_read: bool


class OwnMail(Answer):
    id: UUID
    title: str
    about: str | None
    workspace_name: str | None
    at: datetime
    state: Literal["waiting", "deferred", "sent", "failed", "suppressed"]
    why: str | None
    may_be_sent_again: bool


class OwnSuppression(Answer):
    """Whether mails to the reader come back."""

    since: datetime | None
    reason: str | None
    tries_left: int


class AskedAgain(Answer):
    id: UUID


class UnreadCount(Answer):
    unread: int
    """100: or more."""


class Preference(Answer):
    topic: str
    title: str
    group: str
    group_title: str
    reason: str | None
    """Why its mails cannot be switched; null where they can."""
    mail: bool
    portal: bool


class Subscription(Answer):
    """What the link of a mail switches."""

    title: str
    recipient: Literal["user", "contact"]
    wanted: bool


class Switch(TypedDict):
    topic: str
    channel: Literal["mail", "portal"]
    wanted: bool
