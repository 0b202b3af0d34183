"""The copy of sellers' colours and logos."""

import base64
from typing import Any
from uuid import UUID

from sqlalchemy import case, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.brands.models import Brand
from shared.copies import workspaces
from shared.events.identity import BrandChanged


async def copy_brand(session: AsyncSession, event: BrandChanged) -> None:
    """Store the event's colour and logo, unless the copy is newer."""
    fields = {
        "color": event.color,
        "logo": base64.b64decode(event.logo_png) if event.logo_png else None,
        "logo_hash": event.logo_hash,
        "version": event.subject_version,
    }
    new = insert(Brand).values(workspace_id=event.workspace_id, **fields)
    await session.execute(new.on_conflict_do_update(
        index_elements=["workspace_id"], set_=fields, where=Brand.version < event.subject_version
    ))  # fmt: skip


async def looks_for(session: AsyncSession, buyer_id: UUID) -> dict[str, Any]:
    """What an invoice to a workspace looks like: colour and logo of its partner, else of the provider, each by itself.
    As it is stored with the invoice: the logo in base64, so that it prints the same later."""
    parent = select(workspaces.c.parent_workspace_id).where(workspaces.c.id == buyer_id).scalar_subquery()
    of_seller = or_(workspaces.c.kind == "provider", workspaces.c.id == parent)
    partner_first = case((workspaces.c.kind == "provider", 1), else_=0)
    query = select(Brand).join(workspaces, workspaces.c.id == Brand.workspace_id).where(of_seller)
    found = (await session.scalars(query.order_by(partner_first))).all()
    logo = next((brand for brand in found if brand.logo), None)
    return {
        "color": next((brand.color for brand in found if brand.color), None),
        "logo_hash": logo and logo.logo_hash,
        "logo_png": base64.b64encode(logo.logo).decode() if logo and logo.logo else None,
    }
