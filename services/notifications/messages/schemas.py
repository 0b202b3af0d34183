from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class SecretMail(BaseModel):
    """The command by which identity has a secret mailed: it came on a queue of its own, and nobody else sees it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    kind: Literal["sign_in", "invitation"]
    """Which mail it is."""
    sealed: str
    """The letter with its secret, encrypted for notifications."""
    message_id: UUID
    """The challenge or invitation: asking again is another one, and another mail."""  # (D23)
    workspace_id: UUID
    """The workspace that it concerns."""
    correlation_id: UUID
    """The same for all that follows from one click."""
