"""The start of an installation: its provider, and the provider's first admin."""

from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

import services.identity.access_rules.models  # noqa: F401 - grants refer to their table
from services.identity.grants.service import give_grant
from services.identity.holders.slots import PRIMARY
from services.identity.people.service import register
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.service import save_new
from shared.outbox import Cause
from shared.scope import acting_in


class ProviderExists(Exception):
    """An installation has exactly one provider, and this one has it already."""


async def create_provider(
    session: AsyncSession, display_name: str, slug: str, locale: str, admin_address: str, admin_name: str, cause: Cause
) -> Workspace:
    """Create the installation's provider and its first admin, for ``portico init``. ``locale`` is the language that the
    provider, and the workspaces below it at first, are written to in. Raises `ProviderExists`."""
    session.info["cause"] = cause
    if await session.scalar(text("SELECT 1 FROM workspaces WHERE kind = 'provider'")):
        raise ProviderExists("This installation has its provider. Sign in as one of its admins.")
    provider = Workspace(id=uuid4(), kind="provider", display_name=display_name, locale=locale, created_at=cause.now)
    provider.connected_at = cause.now
    async with acting_in(session, provider.id):
        await save_new(session, provider, slug)
        admin = await register(session, admin_address, admin_name, provider, cause.now)
        await give_grant(session, admin.id, provider, "admin", "membership", cause.now, holder=PRIMARY)
    return provider
