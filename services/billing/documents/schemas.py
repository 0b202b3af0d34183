from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.billing.documents.models import DocumentKind
from shared.schemas import Body, Name, Read


class DocumentAdd(Body):
    """What a document is."""

    title: Annotated[Name, Field(max_length=120)]
    kind: DocumentKind
    """``contract``, ``statement`` or ``other``."""
    bill_group_id: UUID | None = None
    """The bill group that it is about, whose people see it, too. Without one it is about the whole account."""


class DocumentRead(Read):
    """A PDF that the provider keeps with an account."""

    id: UUID
    title: str
    kind: DocumentKind
    bill_group_id: UUID | None
    """Null: it is about the whole account."""
    size: int
    """In bytes."""
    added_at: datetime
    """In business time."""


class DocumentsQuery(Body):
    cursor: str = Field("", max_length=500)
    limit: int = Field(50, ge=1, le=200)
