"""Links of our own to pages of the gateway. The gateway is asked for the page when the person follows the link: not in
the transaction that made it, and the answer of a repeated request is the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import SecretStr, TypeAdapter

from services.billing.gateways.sealing import Seal, SealBroken
from services.billing.settings import Settings
from shared.errors import Gone, Invalid
from shared.field_errors import field_error


@dataclass(frozen=True, slots=True)
class HostedLink:
    """What a link leads to: the page to pay, or the page to save a method. ``id`` is the payment's or the method's."""

    to: Literal["payment", "method"]
    id: UUID
    workspace_id: UUID
    return_url: str
    expires_at: datetime


_links = TypeAdapter(HostedLink)


class HostedPageOver(Gone):
    """The link to the payment provider's page is not valid, or has expired. Begin again."""

    title = "This payment page is over"


class ForeignReturnUrl(Invalid):
    """After the gateway's page, people are only sent back to pages of this portal."""

    title = "The return address is not of this portal"


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and opens links."""

    secret: SecretStr
    public_url: str

    @classmethod
    def of(cls, settings: Settings) -> "Links":
        return cls(settings.gateway_secret, settings.public_url.rstrip("/"))

    def address_of(self, link: HostedLink) -> str:
        return f"{self.public_url}/api/billing/hosted-pages/{self._seal.close(link)}"

    def open(self, sealed: str, *, now: datetime) -> HostedLink:
        """Raises `HostedPageOver`. ``now`` is real time."""
        try:
            link = self._seal.open(sealed)
        except SealBroken:
            raise HostedPageOver("This is not a link to a payment page. Open the page before it again.") from None
        if now >= link.expires_at:
            raise HostedPageOver("This link was open for too long. Open the page before it again.")
        return link

    def check_return_url(self, return_url: str) -> str:
        """Returns ``return_url`` if it is a page of this portal, else raises `ForeignReturnUrl` (S18)."""
        found, own = urlsplit(return_url), urlsplit(self.public_url)
        plain = return_url.isascii() and return_url.isprintable() and not set(return_url) & set("\\ ")
        if not plain or (found.scheme, found.netloc) != (own.scheme, own.netloc):
            pointer = [field_error("/return_url", "foreign_page", f"must begin with {self.public_url}/")]
            raise ForeignReturnUrl("The return address must be a page of this portal.", errors=pointer)
        return return_url

    @property
    def _seal(self) -> Seal[HostedLink]:
        return Seal(self.secret, "link", _links)
