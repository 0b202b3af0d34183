"""Who helps the people of a workspace: the partner that they buy from, else the provider, else whoever the portal's
settings name. The sign-in pages, which know nobody, show the last of these."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.clients.identity import Seller
from services.portal.settings import Settings

_NOT_DIALLED = re.compile(r"[^+0-9]")


@dataclass(frozen=True, slots=True)
class Helper:
    """Who helps, and how they are reached."""

    name: str
    address: str | None
    phone: str | None
    hours: str | None = None
    postal_lines: Sequence[str] = ()
    emergency_phone: str | None = None
    help_url: str | None = None
    status_url: str | None = None

    @property
    def dialled(self) -> str:
        """The telephone number without what people put between its digits."""
        return _NOT_DIALLED.sub("", self.phone or "")

    @property
    def emergency_dialled(self) -> str:
        return _NOT_DIALLED.sub("", self.emergency_phone or "")

    @property
    def reachable(self) -> bool:
        return any((self.address, self.phone, self.emergency_phone, self.help_url))


def helper_of(seller: Seller | None, settings: Settings) -> Helper:
    """What the provider has not said is as the portal's settings say; a partner speaks for itself."""
    ours = settings.support_hours, settings.status_page_url
    if seller is None or seller.support_address is None:
        said = (seller.emergency_phone, seller.help_url, seller.status_url) if seller else (None, None, None)
        emergency, help_url, status_url = said
        return Helper(settings.brand_name, settings.support_address, settings.support_phone,
                      (seller and seller.support_hours) or ours[0], (), emergency, help_url,
                      status_url or ours[1])  # fmt: skip
    hours, status_url = ours if seller.kind == "provider" else (None, None)
    return Helper(seller.display_name, seller.support_address, seller.support_phone, seller.support_hours or hours,
                  seller.postal_lines, seller.emergency_phone, seller.help_url,
                  seller.status_url or status_url)  # fmt: skip
