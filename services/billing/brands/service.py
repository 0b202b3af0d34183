"""The copy of sellers' colours and logos."""

import base64
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import case, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.brands.models import Brand, Logo
from shared.copies import workspaces
from shared.events.identity import BrandChanged


async def copy_brand(session: AsyncSession, event: BrandChanged) -> None:
    """Store the event's colour and logo, unless the copy is newer."""
    fields = {
        "color": event.color,
        "logo_hash": event.logo_hash,
        "version": event.subject_version,
    }
    if event.logo_png and event.logo_hash:
        logo = insert(Logo).values(hash=event.logo_hash, png=base64.b64decode(event.logo_png))
        await session.execute(logo.on_conflict_do_nothing(index_elements=["hash"]))
    new = insert(Brand).values(workspace_id=event.workspace_id, **fields)
    await session.execute(new.on_conflict_do_update(
        index_elements=["workspace_id"], set_=fields, where=Brand.version < event.subject_version
    ))  # fmt: skip


async def looks_for(session: AsyncSession, buyer_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """What invoices to workspaces look like: colour and logo of the buyer's partner, else of the provider, each by
    itself. As it is stored with an invoice: the logo by its hash."""
    buyer, seller = workspaces.alias(), workspaces.alias()
    of_seller = or_(seller.c.kind == "provider", seller.c.id == buyer.c.parent_workspace_id)
    partner_first = case((seller.c.kind == "provider", 1), else_=0)
    query = select(buyer.c.id, Brand.color, Brand.logo_hash).select_from(buyer).join(seller, of_seller)
    query = query.join(Brand, Brand.workspace_id == seller.c.id).where(buyer.c.id.in_(buyer_ids))
    looks: dict[UUID, dict[str, Any]] = {id_: {"color": None, "logo_hash": None} for id_ in buyer_ids}
    for row in await session.execute(query.order_by(partner_first)):
        mine = looks[row.id]
        mine["color"] = mine["color"] or row.color
        mine["logo_hash"] = mine["logo_hash"] or row.logo_hash
    return looks


async def logo_of(session: AsyncSession, hash_: str) -> bytes | None:
    """The PNG of a logo."""
    found: bytes | None = await session.scalar(select(Logo.png).where(Logo.hash == hash_))
    return found
