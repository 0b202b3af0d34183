"""Loads the demo's data into a running installation: `make demo` at its first start, or `portico load-demo`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.business_time import set_offset
from deploy.cli.initialising import initialise
from deploy.demo import companies
from deploy.demo.history import History
from deploy.demo.person import open_site
from deploy.environment import setting
from shared.clock import Clock
from shared.language import DEFAULT_TAG


async def load(url: str, mail_url: str, clock_file: Path) -> bool:
    """Create the provider on the demo's first day, then its history until business time is today. Returns False, and
    changes nothing, if there is a provider already."""

    def go_to(days_ago: int) -> None:
        set_offset(clock_file, -timedelta(days=days_ago))

    first_day = datetime.now(UTC) - timedelta(days=companies.FIRST_DAY)
    provider, slug, admin = companies.PROVIDER_NAME, companies.PROVIDER_SLUG, companies.ROBIN
    if not await initialise(provider, slug, DEFAULT_TAG, admin.address, admin.name, first_day):
        return False
    async with open_site(url, mail_url) as site:
        await History(site, setting("PORTICO_PUBLIC_URL"), go_to, Clock(clock_file).now).create()
    return True
