"""Previews: staff of the provider see a customer's portal as the visitors of one bill group see it, read-only."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.bill_groups.models import BillGroup
from services.identity.grants.derived import derive_preview
from services.identity.grants.locks import confirm_access, lock_person
from services.identity.sessions.models import BrowserSession
from services.identity.sessions.service import end_work
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import acting_for
from services.identity.workspaces.service import find_customer
from shared.auth import Access
from shared.errors import NotFound
from shared.events import Via

LASTS = timedelta(minutes=15)
"""Of real time."""


async def open_preview(
    session: AsyncSession, access: Access, customer_id: UUID, group_id: UUID, now: datetime, real_now: datetime
) -> Workspace:
    """Start a preview of a customer's bill group. It replaces what this browser session had open (D12).

    Raises `NotFound` for a customer or bill group that is not below the caller's workspace."""
    await lock_person(session, access.user_id)
    access = await confirm_access(session, access, "portal.preview")
    customer = await find_customer(session, access, customer_id)
    browser = await session.get_one(BrowserSession, access.session_id)
    await end_work(session, browser, "replaced")
    expires_at = (real_now + LASTS).replace(microsecond=0)
    async with acting_for(session, access, customer, Via.preview):
        group = await _find_group(session, customer, group_id)
        await derive_preview(
            session, access.user_id, browser.id, group, customer, access.workspace_id, now, expires_at
        )  # fmt: skip
    browser.acting_workspace_id, browser.previewing_from = customer.id, access.workspace_id
    await session.flush()
    return customer


async def _find_group(session: AsyncSession, customer: Workspace, group_id: UUID) -> BillGroup:
    asked = select(BillGroup).where(BillGroup.id == group_id, BillGroup.workspace_id == customer.id)
    found = await session.scalar(asked)
    if found is None:
        raise NotFound("The customer has no such bill group.")
    return found


async def end_preview(session: AsyncSession, access: Access) -> None:
    """End the preview, if there is one, and return to where it was opened."""
    await lock_person(session, access.user_id)
    await end_work(session, await session.get_one(BrowserSession, access.session_id), "ended")
