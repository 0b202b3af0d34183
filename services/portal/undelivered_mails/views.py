"""What the pages of undelivered mails and suppressed addresses show."""

from dataclasses import dataclass

from services.portal.clients.notifications import SuppressedAddress
from services.portal.tables.pages import ListPage
from services.portal.views import View


@dataclass(frozen=True)
class UndeliveredMailList(ListPage):
    template = "pages/undelivered_mails/list.html"


@dataclass(frozen=True)
class SuppressedAddressList(ListPage):
    template = "pages/undelivered_mails/addresses.html"


@dataclass(frozen=True)
class AddressRelease(View):
    """Whether mails shall be sent to an address again."""

    template = "pages/undelivered_mails/release.html"
    found: SuppressedAddress
    path: str
    """The list's."""
