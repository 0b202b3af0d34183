"""Who helps the people of a workspace: the partner that they buy from, else the provider, else whoever the portal's
settings name. The sign-in pages, which know nobody, show the last of these. Also whom they ask about products and
prices."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.portal.clients.workspace_settings import Reached, Seller
from services.portal.settings import Settings

_NOT_DIALLED = re.compile(r"[^+0-9]")


def dialled(phone: str | None) -> str:
    """A telephone number without what people put between its digits."""
    return _NOT_DIALLED.sub("", phone or "")


@dataclass(frozen=True, slots=True)
class Sales:
    """Who answers questions about products and prices, and how they are reached."""

    name: str | None
    address: str | None
    phone: str | None

    @property
    def dialled(self) -> str:
        return dialled(self.phone)


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
        return dialled(self.phone)

    @property
    def emergency_dialled(self) -> str:
        return dialled(self.emergency_phone)

    @property
    def reachable(self) -> bool:
        return any((self.address, self.phone, self.emergency_phone, self.help_url))


def helper_of(seller: Seller | None, settings: Settings) -> Helper:
    """What the provider has not said is as the portal's settings say; a partner speaks for itself."""
    ours = settings.support_hours, settings.status_page_url
    if seller is None or seller.support_address is None:
        more = (seller.emergency_phone, seller.help_url, seller.status_url) if seller else (None, None, None)
        emergency, help_url, status_url = more
        return Helper(settings.brand_name, settings.support_address, settings.support_phone,
                      (seller and seller.support_hours) or ours[0], (), emergency, help_url,
                      status_url or ours[1])  # fmt: skip
    hours, status_url = ours if seller.kind == "provider" else (None, None)
    said = as_said(seller)
    return replace(said, hours=said.hours or hours, status_url=said.status_url or status_url)


def as_said(seller: Reached) -> Helper:
    """By what the seller itself says alone."""
    return Helper(
        seller.display_name, seller.support_address, seller.support_phone, seller.support_hours, seller.postal_lines,
        seller.emergency_phone, seller.help_url, seller.status_url,
    )  # fmt: skip


def sales_of(seller: Reached | None) -> Sales | None:
    """None where the seller has named nobody who can be reached."""
    if seller is None or not (seller.sales_address or seller.sales_phone):
        return None
    return Sales(seller.sales_name, seller.sales_address, seller.sales_phone)
