from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.identity.invitations.schemas import LinkLook
from services.identity.people.schemas import BrowserSays, PersonRead
from services.identity.portals.schemas import PortalKey
from services.identity.proofs import LinkToken
from services.identity.sessions.schemas import SessionSecret
from shared.addresses import Address
from shared.language.fields import Locale
from shared.schemas import Body, Read

BrowserNonce = Annotated[str, Field(min_length=16, max_length=200)]
"""A random string that the browser keeps between request and proof."""
ReturnPath = Annotated[str, Field(max_length=2000, pattern=r"^/([^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*)?$")]
"""A path of the portal, with its query: never an address of another site."""
Code = Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class ChallengeCreate(Body):
    address: Address
    browser: BrowserNonce
    locale: Locale | None = None
    """The language of the browser. The mail is written in it if the person has chosen none."""
    return_to: ReturnPath | None = None
    """The page to go to after signing in, also in another browser than this one."""
    portal: PortalKey | None = None
    """The key in the link of a bill group's portal, where the person signs in as its visitor."""


class ChallengeRead(Read):
    challenge_id: UUID
    expires_at: datetime


class ProofCreate(BrowserSays):
    """The link's token from the mail, the code, or both."""

    browser: BrowserNonce
    device: BrowserNonce | None = None
    """A random string that the browser keeps from one sign-in to the next. Without it, it counts as a new browser."""
    token: LinkToken | None = None
    code: Code | None = None

    @model_validator(mode="after")
    def _proves_something(self) -> "ProofCreate":
        if self.token is None and self.code is None:
            raise PydanticCustomError("required", "give the link's token or the code")
        return self


class SignedInRead(Read):
    """A new session. Its secret is returned only here."""

    session: str
    session_expires_at: datetime
    user: PersonRead
    return_to: str | None
    """The page that the person wanted to open when they were asked to sign in; null if none was named."""


class InvitationAccept(LinkLook):
    """An invitation's link, followed in this browser."""

    browser: BrowserNonce
    session: SessionSecret | None = None
    """The session of this browser, if somebody is signed in."""
    locale: Locale | None = None
    """The language of the browser. The mail with a code is written in it if the person has chosen none."""


class AcceptanceRead(Read):
    """``accepted`` if the invited address is signed in. Otherwise ``code_sent``: the mailbox is proven with a code."""

    state: Literal["accepted", "code_sent"]
    challenge_id: UUID | None = None
