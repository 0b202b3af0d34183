"""Fills a running installation with the demo: `make demo` at its first start, compose by `portico load-demo`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from deploy.business_time import set_offset
from deploy.cli.initialising import initialise
from deploy.demo import cast
from deploy.demo.person import Place
from deploy.demo.story import Story
from deploy.environment import setting
from shared.clock import Clock


async def load(url: str, mail_url: str, clock_file: Path) -> bool:
    """Make the provider on the demo's first day, then play its past until business time is today. False, and nothing
    is changed, when there is a provider already."""

    def go_to(days_ago: int) -> None:
        set_offset(clock_file, -timedelta(days=days_ago))

    first_day = datetime.now(UTC) - timedelta(days=cast.FIRST_DAY)
    if not await initialise(cast.PROVIDER_NAME, cast.PROVIDER_SLUG, cast.ROBIN.address, cast.ROBIN.name, first_day):
        return False
    async with (
        httpx.AsyncClient(base_url=url, timeout=30) as http,
        httpx.AsyncClient(base_url=mail_url, timeout=30) as mail,
    ):
        await Story(Place(http, mail), setting("PORTICO_PUBLIC_URL"), go_to, Clock(clock_file).now).play()
    return True
