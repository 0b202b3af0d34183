import base64
import binascii
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

LARGEST_DOCUMENT = 1_500_000
"""Bytes. Mail servers take about ten times as much."""


def _is_pdf(text: str) -> str:
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("is not base64") from None
    if len(content) > LARGEST_DOCUMENT or not content.startswith(b"%PDF-"):
        raise ValueError("is no PDF, or too large")
    return text


Pdf = Annotated[str, Field(max_length=4 * (LARGEST_DOCUMENT // 3 + 1)), AfterValidator(_is_pdf)]
"""In base64."""


class SecretMail(BaseModel):
    """Identity's command to mail a secret, received on a dedicated queue."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    kind: Literal["sign_in", "invitation", "account_deleted"]
    """Which mail it is."""
    sealed: str
    """The letter with its secret, encrypted for notifications."""
    message_id: UUID
    """The challenge or invitation. A repeated request is a new one, with a new mail."""  # (D23)
    workspace_id: UUID
    """The workspace that it concerns."""
    correlation_id: UUID
    """The same for all that follows from one click."""
    locale: str | None = None
    """The language of who gets it, with a region: a BCP 47 tag such as ``de-AT``; nothing: not known."""
    time_zone: str | None = None
    """Their time zone, by its name in IANA's database; nothing: not known."""


class InvoiceDocumentMail(BaseModel):
    """Billing's command to attach an invoice's PDF to the mail about an event, received on a dedicated queue."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    event_id: UUID
    """The event that the mail is about: that the invoice was issued, or paid."""
    workspace_id: UUID
    """The workspace that the invoice belongs to."""
    invoice_id: UUID
    """The invoice."""
    filename: Annotated[str, Field(min_length=1, max_length=200)]
    """What the file is called."""
    content: Pdf | None
    """The PDF in base64, at most 1,500,000 bytes; nothing: there is none, and the mail goes without."""

    @property
    def document(self) -> bytes | None:
        """The PDF itself."""
        return None if self.content is None else base64.b64decode(self.content)
