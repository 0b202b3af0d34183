"""Creates an installation's provider and the provider's first admin."""

from datetime import datetime

from deploy.cli.sessions import worker_transaction
from services.identity.provider import ProviderExists, create_provider
from shared.events import Actor
from shared.outbox import Cause


async def initialise(provider: str, slug: str, locale: str, admin_address: str, admin_name: str, now: datetime) -> bool:
    """Create both, at the business time ``now``; False if there is a provider already."""
    try:
        async with worker_transaction("identity") as session:
            await create_provider(session, provider, slug, locale, admin_address, admin_name, Cause(Actor(), now))
    except ProviderExists:
        return False
    return True
