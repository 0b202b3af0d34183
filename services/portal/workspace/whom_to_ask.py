"""Who helps the people of a workspace: the partner that they buy from, else the provider, else whoever the portal's
settings name. The sign-in pages, which know nobody, show the last of these."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.clients.identity import Seller
from services.portal.settings import Settings


@dataclass(frozen=True, slots=True)
class Helper:
    """Who helps, and how they are reached. ``hours`` are those of whoever runs the portal."""

    name: str
    address: str | None
    phone: str | None
    hours: str | None = None
    postal_lines: Sequence[str] = ()

    @property
    def dialled(self) -> str:
        """The telephone number without what people put between its digits."""
        return re.sub(r"[^+0-9]", "", self.phone or "")


def helper_of(seller: Seller | None, settings: Settings) -> Helper:
    if seller is None or seller.support_address is None:
        return Helper(settings.brand_name, settings.support_address, settings.support_phone, settings.support_hours)
    hours = settings.support_hours if seller.kind == "provider" else None
    return Helper(seller.display_name, seller.support_address, seller.support_phone, hours, seller.postal_lines)
