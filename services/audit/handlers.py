"""Audit listens to all events, including unknown ones."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.entries.service import append_entries
from services.audit.settings import Settings
from shared.copies import follow_identity
from shared.events import Envelope
from shared.messaging.router import ServiceRouter

router = ServiceRouter("audit")
follow_identity(router)


@router.everything
async def record_everything(
    session: AsyncSession, batch: list[tuple[Envelope, dict[str, Any]]], settings: Settings
) -> None:
    await append_entries(session, batch, settings.seal_key)
