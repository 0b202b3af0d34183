"""The events of notifications: sent, failed and retried messages. They belong to the workspace of their cause."""

from typing import ClassVar
from uuid import UUID

from shared.events.attempts import AttemptEvent
from shared.events.base import Event


class MessageEvent(Event):
    publisher: ClassVar[str] = "notifications"
    subject_field: ClassVar[str] = "message_id"
    message_id: UUID
    """The message. Retries have the same id."""
    topic: str
    """The topic, such as ``invoice_issued``."""
    recipient_kind: str
    """The kind of recipient, such as ``billing_contact``. Addresses are only in events that update the recipient
    book."""


class MessageSent(MessageEvent):
    """The mail server accepted a message."""

    subject_type: ClassVar[str] = "message"


class MessageFailed(MessageEvent):
    """A message was rejected permanently, or its retries ended."""

    subject_type: ClassVar[str] = "message"
    reason: str
    """What the mail server said, or why it was tried no more."""


class MessageRetried(MessageEvent):
    """Staff had a message tried again that was not delivered."""

    subject_type: ClassVar[str] = "message"


class AttemptRefused(AttemptEvent):
    """A signed-in person tried what their role does not allow."""

    publisher: ClassVar[str] = "notifications"
    subject_type: ClassVar[str] = "user"
