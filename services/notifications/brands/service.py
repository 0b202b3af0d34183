"""The copy of what sellers look like."""

import base64

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.brands.models import Brand
from shared.copies import workspaces
from shared.events.identity import BrandChanged

FIELDS = ("color", "sender_name", "imprint_url", "privacy_url", "terms_url")


async def copy_brand(session: AsyncSession, event: BrandChanged) -> None:
    """Store the event's brand, unless the copy is newer."""
    fields = {name: getattr(event, name) for name in FIELDS} | {"version": event.subject_version}
    fields["logo"] = base64.b64decode(event.logo_png) if event.logo_png else None
    new = insert(Brand).values(workspace_id=event.workspace_id, **fields)
    await session.execute(new.on_conflict_do_update(
        index_elements=["workspace_id"], set_=fields, where=Brand.version < event.subject_version
    ))  # fmt: skip


async def provider_brand(session: AsyncSession) -> Brand | None:
    provider = select(workspaces.c.id).where(workspaces.c.kind == "provider").scalar_subquery()
    return (await session.scalars(select(Brand).where(Brand.workspace_id == provider))).first()
