from typing import Literal
from uuid import UUID

from pydantic import BaseModel


class SecretMail(BaseModel):
    """The command by which identity has a secret mailed: it came on a queue of its own, and nobody else sees it."""

    kind: Literal["sign_in", "invitation"]
    sealed: str
    message_id: UUID
    """The challenge or invitation: asking again is another one, and another mail."""  # (D23)
    workspace_id: UUID
    correlation_id: UUID
