from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class SecretMail(BaseModel):
    """Identity's command to mail a secret, received on a dedicated queue."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    kind: Literal["sign_in", "invitation"]
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
