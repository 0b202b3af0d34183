import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from shared.colours import PATTERN
from shared.schemas import Body, Name, Read

_PLAIN = re.compile(r"[!-~]+")


def _is_https(url: str) -> str:
    """Only what a browser opens on another site: no script, no login in it, nothing that looks like another address."""
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and "." in (parts.hostname or "") and parts.port != 0
    except ValueError:
        good = False
    if not good or "@" in parts.netloc or "\\" in url or not _PLAIN.fullmatch(url):
        raise PydanticCustomError("not_https", "must be an address that begins with https://")
    return url


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


HttpsUrl = Annotated[
    str, Field(max_length=300, examples=["https://larkspur.example/imprint"]), AfterValidator(_is_https)
]
Color = Annotated[str, Field(pattern=PATTERN, max_length=7, examples=["#4f46e5"]), BeforeValidator(_lower)]
"""``#`` and six hexadecimal digits."""
BrandName = Annotated[Name, Field(max_length=80)]


class LogoRead(Read):
    hash: str
    """SHA-256 in hexadecimal: the last part of its public address, `GET /api/identity/branding/logos/{hash}`."""
    width: int
    """In pixels."""
    height: int


class BrandRead(Read):
    """What a company shows its customers. Null: it has not said so."""

    display_name: str | None
    color: str | None
    """``#`` and six hexadecimal digits."""
    sender_name: str | None
    imprint_url: str | None
    privacy_url: str | None
    terms_url: str | None
    logo: LogoRead | None


class BrandUpdate(Body):
    """All of it but the logo. Null, or left out: not said, so that the provider's or the installation's is shown."""

    display_name: BrandName | None = None
    """The name over pages and on the sign-in page; null: the workspace's for a partner, the installation's for the
    provider."""
    color: Color | None = None
    """The colour of buttons and links. Text on it and in it is always made readable."""
    sender_name: BrandName | None = None
    """Who mails are from; null: the company's name."""
    imprint_url: HttpsUrl | None = None
    privacy_url: HttpsUrl | None = None
    terms_url: HttpsUrl | None = None


class ShownBrandRead(BrandRead):
    """What people see of whoever sells to them: the partner's, and where it has said nothing the provider's. A
    partner's name is at least that of its workspace."""


class SellerShownRead(Read):
    """What people see of whoever sells to the workspace that they are on the way to."""

    brand: ShownBrandRead
    support_address: str | None
    """Where its customers write to for help: the partner's address, else the provider's. Null: nobody has named one."""
