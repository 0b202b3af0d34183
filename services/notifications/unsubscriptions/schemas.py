from typing import Annotated, Literal

from pydantic import Field

from services.notifications.topics import Topic
from shared.language import DEFAULT_TAG
from shared.language.fields import Locale
from shared.schemas import Body, Read

Token = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[A-Za-z0-9_-]+$")]


class LinkLook(Body):
    token: Token
    """``t`` of the mail's link."""
    locale: Locale = DEFAULT_TAG
    """The language of the title, with a region."""


class LinkSwitch(LinkLook):
    wanted: bool = False
    """Whether mails about the topic are sent from now on. The same link undoes what it did."""


class SubscriptionRead(Read):
    """What the link of a mail switches. Nothing is said of whose it is."""

    topic: Topic
    title: str
    """What the mails are about, in the language that was asked for."""
    recipient: Literal["user", "contact"]
    wanted: bool
    """Whether mails about it are sent; of a contact, what the link did last."""
