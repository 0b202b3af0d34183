"""Documents that the provider keeps with an account."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.events.billing.base import BillingEvent


class DocumentEvent(BillingEvent):
    subject_field: ClassVar[str] = "document_id"
    document_id: UUID
    """The document."""
    kind: Literal["contract", "statement", "other"]
    """What it is."""
    title: str
    """What it is called."""
    bill_group_id: UUID | None
    """The bill group that it is about. Null: the whole account."""


class DocumentAdded(DocumentEvent):
    """The provider's staff added a document to an account. Notifies the admins of the account."""

    subject_type: ClassVar[str] = "document"


class DocumentRemoved(DocumentEvent):
    """The provider's staff took a document away."""

    subject_type: ClassVar[str] = "document"


class DocumentDownloaded(DocumentEvent):
    """Somebody of the account downloaded a document."""

    subject_type: ClassVar[str] = "document"
