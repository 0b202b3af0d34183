from datetime import datetime
from typing import Literal
from uuid import UUID

from services.notifications.suppressions.models import SuppressionReason
from shared.schemas import Read


class SuppressionRead(Read):
    """An address that no mails are sent to, because they come back."""

    id: UUID
    address: str
    recipient_kind: Literal["user", "admin_contact", "billing_contact"]
    """Whose it is: a person's, that of a contact of a company, or of the billing contact of a bill group."""
    workspace_id: UUID
    """The workspace of the contact, or one that the person belongs to."""
    customer_name: str | None
    """The workspace's name. Null while it is not known yet."""
    is_own_customer: bool
    """Whether the workspace is a customer of the provider itself, not of a partner."""
    reason: SuppressionReason
    """``no_mailbox``: a mail server said that there is no such mailbox; ``often_refused``: three mails came back within
    30 days."""
    status: str
    """What the mail server said last, by RFC 3463, such as ``5.1.1``."""
    since: datetime


class ReleasedRead(Read):
    id: UUID
    """The suppression that was released: mails are sent to the address again."""


class OwnSuppressionRead(Read):
    """Whether mails to the caller come back."""

    since: datetime | None
    """Since when none are sent to the caller's address. Null: they are sent."""
    reason: SuppressionReason | None
    """Why; null where they are sent."""
    tries_left: int
    """How often the caller can try again today."""
