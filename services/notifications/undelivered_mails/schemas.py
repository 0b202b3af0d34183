from datetime import datetime
from typing import Literal
from uuid import UUID

from services.notifications.topics import Topic
from services.notifications.undelivered_mails.models import UndeliveredState
from services.notifications.undelivered_mails.reasons import Reason
from shared.schemas import Read


class UndeliveredMailRead(Read):
    """A mail of any workspace that waits for its recipient, or could not be sent. Never its content."""

    id: UUID
    topic: Topic
    title: str
    """What the mail is called, in the language that was asked for."""
    recipient_kind: Literal["user", "admin_contact", "billing_contact"]
    """Who it is for: a person, a contact of the company, or the billing contact of a bill group."""
    workspace_id: UUID
    """The workspace that it is about."""
    customer_name: str | None
    """The workspace's name. Null while it is not known yet."""
    is_own_customer: bool
    """Whether the workspace is a customer of the provider itself, not of a partner."""
    about: str | None
    """The number of the invoice, or the name of the service, that it is about."""
    since: datetime
    state: UndeliveredState
    """``waiting``: there is no recipient with an address yet; it is sent as soon as there is one. ``retrying``: it is
    tried again at ``due_at``. ``given_up``: it is not tried any more."""
    reason: Reason
    """Why: there is no recipient; something that it tells of is not known yet; it could not be written; the mail server
    was not reached, or refused it; its sending never came to an end; it came back after it was
    sent; it was not sent, because mails to its recipient come back."""
    answer: int | None
    """The code with which the mail server refused it."""
    tries: int
    tried_at: datetime
    """The latest attempt."""
    due_at: datetime | None
    """The next attempt. Null for one that was given up."""


class RetriedMailRead(Read):
    """What was asked for. The list says what becomes of it."""

    id: UUID
    state: Literal["retrying"]
