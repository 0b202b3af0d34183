"""The brand that a page shows: of whoever sells to the workspace, and before anybody is known that of the provider, or
of the seller whose link was opened. What nobody has said is as the portal's settings say."""

from uuid import UUID

from fastapi import Request

from services.portal.brand import COLOR, Brand, BrandLogo
from services.portal.clients import Refused, ServiceDown
from services.portal.clients.branding import Branding
from services.portal.runtime import runtime_of, services_for

SECONDS = 60.0
"""How long a process shows strangers what it has read, while no event says that it changed. Signed-in people get it
with each page."""
KEPT = 1_000


def brand_from(said: Branding | None, default: Brand, support_address: str | None = None) -> Brand:
    """Of what identity says, and the rest of ``default``. A colour is written into the page's styles, so only what is
    one is taken."""
    if said is None:
        return default
    logo = BrandLogo(said.logo.hash, said.logo.width, said.logo.height) if said.logo else None
    color = said.color if said.color and COLOR.fullmatch(said.color) else default.color
    return Brand(said.display_name or default.name, color, logo, said.sender_name,
                 said.imprint_url, said.privacy_url, said.terms_url,
                 support_address or default.support_address)  # fmt: skip


def show_brand(request: Request, said: Branding | None, support_address: str | None = None) -> None:
    """All that is rendered for this request has this brand."""
    request.state.brand = brand_from(said, runtime_of(request).brand, support_address)


async def brand_for_sign_in(request: Request, challenge_id: UUID | None = None) -> None:
    """Show the provider's brand, or with ``challenge_id`` that of whoever sells to the workspace that the sign-in leads
    to, to somebody who is not signed in. While identity does not answer: what was read last, else the settings'."""
    runtime = runtime_of(request)
    seen = runtime.seller_brands
    at, brand = seen.get(challenge_id, (-SECONDS, runtime.brand))
    if runtime.seconds() - at >= SECONDS:
        try:
            brand = await _read(request, challenge_id)
        except (ServiceDown, Refused):
            request.state.brand = brand
            return
        seen[challenge_id] = (runtime.seconds(), brand)
        seen.move_to_end(challenge_id)
        if len(seen) > KEPT:
            seen.popitem(last=False)
    request.state.brand = brand


async def _read(request: Request, challenge_id: UUID | None) -> Brand:
    identity, default = services_for(request).identity, runtime_of(request).brand
    if challenge_id is None:
        return brand_from(await identity.provider_brand(), default)
    seller = await identity.seller_of_challenge(challenge_id)
    return brand_from(seller.brand, default, seller.support_address)
