import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.identity.branding.schemas import HttpsUrl
from services.identity.names import DisplayName
from shared.addresses import Address
from shared.language.fields import Locale
from shared.schemas import Body, Name, Read

_PHONE = re.compile(r"[+(0-9][0-9 ()./-]*")
_FEWEST_DIGITS, _MOST_DIGITS = 3, 20


def _is_phone(phone: str) -> str:
    digits = sum(letter.isdigit() for letter in phone)
    if not _PHONE.fullmatch(phone) or not _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
        raise PydanticCustomError("not_a_phone", "must be a telephone number, such as +44 20 7946 0000")
    return phone


Phone = Annotated[str, Field(max_length=40, examples=["+44 20 7946 0000"]), AfterValidator(_is_phone)]
"""A telephone number as people write it: digits, with +, spaces, hyphens, dots, slashes and brackets."""
Hours = Annotated[Name, Field(max_length=120)]
SalesName = Annotated[Name, Field(max_length=100, examples=["Larkspur sales"])]
PostalLines = Annotated[list[Annotated[Name, Field(max_length=100)]], Field(max_length=6)]
"""A postal address, as it is written on a letter."""


class WorkspaceSettingsRead(Read):
    display_name: str
    """The workspace's name for people."""
    slug: str
    """Its name in URLs."""
    locale: str
    """The language of mails to the workspace's contacts and of its documents, with a region."""
    support_address: str | None
    """Where the workspace's customers write to for help; null for customers, who have none."""
    support_phone: str | None
    """Where the workspace's customers call for help; null for customers, who have none."""
    postal_lines: list[str]
    """The workspace's postal address, as mails to its customers show it; empty for customers, who have none."""
    support_hours: str | None
    """When support is reached, in the workspace's words; null for customers, as the next three."""
    emergency_phone: str | None
    help_url: str | None
    """A web site that helps its customers."""
    status_url: str | None
    """A web site that says what is out of order."""
    sales_name: str | None
    """Who answers customers' questions about products and prices: a team or a person; null for customers, as the next
    two."""
    sales_address: str | None
    sales_phone: str | None
    asks_entry_reason: bool
    """Whether users of this workspace have to say why they work on behalf of a customer; of the provider: those of
    every partner, too. False for customers, who have none."""


class WorkspaceSettingsUpdate(Body):
    """What is left out stays as it is. A customer has only a name, a URL and a language."""

    display_name: DisplayName | None = None
    """The name from now on. Null, it stays as it is, too."""
    new_url: bool = False
    """Whether the workspace gets a new name in URLs, made from its name. The former one leads on for a year."""

    locale: Locale
    """The language of mails to the workspace's contacts and of its documents, with a region."""
    support_address: Address | None = None
    """Where the workspace's customers write to for help; null: nowhere, they turn to the provider."""
    support_phone: Phone | None = None
    """Where the workspace's customers call for help."""
    postal_lines: PostalLines = Field(default_factory=list)
    """The workspace's postal address, as mails to its customers show it."""
    support_hours: Hours | None = None
    """When support is reached, in the workspace's words, for instance ``Mon to Fri, 8 to 18 (CET)``."""
    emergency_phone: Phone | None = None
    """Where customers call when it cannot wait."""
    help_url: HttpsUrl | None = None
    """A web site that helps its customers."""
    status_url: HttpsUrl | None = None
    """A web site that says what is out of order."""
    sales_name: SalesName | None = None
    """Who answers customers' questions about products and prices: a team or a person."""
    sales_address: Address | None = None
    """Where customers write to with such questions."""
    sales_phone: Phone | None = None
    """Where they call with them."""
    asks_entry_reason: bool = False
    """Whether users of this workspace have to say why they work on behalf of a customer; of the provider: those of
    every partner, too."""
