from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.identity.branding.schemas import ShownBrandRead
from shared.schemas import Body, Read

PortalKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
"""The random part of a portal's link."""


class PortalLook(Body):
    """A portal's link, which somebody opened."""

    key: PortalKey


class PortalLookRead(Read):
    """What anybody with the link is told."""

    seller: str
    """Whose customers sign in there."""
    support_address: str | None
    """Where they write to for help; null: not said."""
    support_phone: str | None
    is_open: bool
    """Whether people can sign in now."""
    brand: ShownBrandRead
    """What the seller looks like."""


class PortalRead(Read):
    """A bill group's portal, for the staff of its seller."""

    bill_group_id: UUID
    bill_group_display_name: str
    link: str
    """What the seller gives to the people whom an access rule admits."""
    is_open: bool
    """Whether people can sign in now: both switches are on, and there is a contract or an open invoice."""
    portals_on: bool
    """The switch of the whole installation."""
    portal_on: bool
    """The bill group's own switch."""
    is_closed: bool
    """Whether the bill group takes no more subscriptions."""
    has_contract: bool
    """Whether it has a subscription that has not ended."""
    owes: bool
    """Whether an invoice of it is not paid."""
