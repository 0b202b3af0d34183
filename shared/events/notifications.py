"""What notifications publishes: which messages left, filed where their cause happened."""

from typing import ClassVar
from uuid import UUID

from shared.events.base import Event


class MessageEvent(Event):
    publisher: ClassVar[str] = "notifications"
    subject_field: ClassVar[str] = "message_id"
    message_id: UUID
    """The message; tries to send it again are the same one."""
    topic: str
    """What it is about, for instance ``invoice_issued``."""
    recipient_kind: str
    """Whom it is for, for instance ``billing_contact``; addresses are only in events that fill the recipient book."""


class MessageSent(MessageEvent):
    """The mail server accepted a message."""

    subject_type: ClassVar[str] = "message"


class MessageFailed(MessageEvent):
    """A message was given up after its retries."""

    subject_type: ClassVar[str] = "message"
    reason: str
    """What the mail server said, or why it was tried no more."""
