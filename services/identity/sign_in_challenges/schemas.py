from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from services.identity.addresses import Address
from services.identity.users.schemas import PersonRead
from shared.schemas import Body, Read

BrowserNonce = Annotated[str, Field(min_length=16, max_length=200)]
"""A random string that the browser keeps between request and proof."""
LinkToken = Annotated[str, Field(min_length=20, max_length=200)]
Code = Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class ChallengeCreate(Body):
    address: Address
    browser: BrowserNonce


class ChallengeRead(Read):
    challenge_id: UUID
    expires_at: datetime


class ProofCreate(Body):
    """The link's token from the mail, the code, or both."""

    browser: BrowserNonce
    device: BrowserNonce | None = None
    """A random string that the browser keeps from one sign-in to the next. Without it, it counts as a new browser."""
    token: LinkToken | None = None
    code: Code | None = None

    @model_validator(mode="after")
    def _proves_something(self) -> "ProofCreate":
        if self.token is None and self.code is None:
            raise ValueError("give the link's token or the code")
        return self


class SignedInRead(Read):
    """A new session. Its secret is returned only here."""

    session: str
    session_expires_at: datetime
    user: PersonRead
