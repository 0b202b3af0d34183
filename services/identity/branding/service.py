"""What a company looks like to its customers."""

import base64
from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.branding.images import Logo
from services.identity.branding.models import Brand
from services.identity.branding.schemas import BrandRead, LogoRead
from services.identity.grants.locks import confirm_access, lock_workspace
from services.identity.workspaces.scope import workspace_fields
from shared.auth import Access
from shared.events.identity import BrandChanged
from shared.outbox import emit

FIELDS = ("display_name", "color", "sender_name", "imprint_url", "privacy_url", "terms_url")


def read(brand: Brand | None) -> BrandRead:
    """What of a brand is answered; without one, that nothing is said."""
    if brand is None:
        return BrandRead(**dict.fromkeys(FIELDS), logo=None)
    logo = LogoRead(hash=brand.logo_hash, width=brand.logo_width, height=brand.logo_height) if brand.logo_hash else None
    return BrandRead(**{name: getattr(brand, name) for name in FIELDS}, logo=logo)


async def get_brand(session: AsyncSession, access: Access) -> Brand | None:
    """That of the acting workspace."""
    return await session.get(Brand, access.workspace_id)


async def change_brand(session: AsyncSession, access: Access, wanted: Mapping[str, Any]) -> Brand:
    """Set all of a brand but its logo. Where nothing changes, nothing is said."""
    return await _change(session, access, {name: wanted.get(name) for name in FIELDS})


async def change_logo(session: AsyncSession, access: Access, logo: Logo | None) -> Brand:
    """Set the logo, or take it away."""
    return await _change(session, access, {
        "logo": logo and logo.content,
        "logo_hash": logo and logo.digest,
        "logo_width": logo and logo.width,
        "logo_height": logo and logo.height,
    })  # fmt: skip


async def _change(session: AsyncSession, access: Access, wanted: Mapping[str, Any]) -> Brand:
    workspace = await lock_workspace(session, access.workspace_id)
    await confirm_access(session, access, "branding.edit")
    brand = await session.get(Brand, workspace.id, populate_existing=True)
    brand = brand or Brand(workspace_id=workspace.id, version=0)
    if all(getattr(brand, name) == value for name, value in wanted.items()):
        return brand
    session.add(brand)
    for name, value in wanted.items():
        setattr(brand, name, value)
    brand.version += 1
    await emit(session, BrandChanged(
        **workspace_fields(workspace),
        **{name: getattr(brand, name) for name in FIELDS},
        logo_hash=brand.logo_hash,
        logo_png=base64.b64encode(brand.logo).decode() if brand.logo else None,
        subject_version=brand.version,
    ))  # fmt: skip
    return brand
