"""Fills a running installation with the demo: `make demo` at its first start, compose by `portico load-demo`."""

from datetime import timedelta
from pathlib import Path

import httpx

from deploy.demo import cast
from deploy.demo.person import Place
from deploy.demo.story import Story
from shared.clock import Clock, set_offset

SIGN_IN_HINTS = {
    cast.ANA.address: f"admin of {cast.PARTNER_NAME}, a reseller",
    cast.TOM.address: f"works at {cast.PARTNER_NAME}, may see no customer yet",
    "priya@halcyon.example": "admin of Halcyon Health, one of its customers",
    cast.ROBIN.address: f"admin of {cast.PROVIDER_NAME}, who runs this installation",
}


def begin_in_the_past(clock_file: Path) -> None:
    """Set business time to the demo's first day; the provider is made on it."""
    set_offset(clock_file, -timedelta(days=cast.FIRST_DAY))


async def load(public_url: str, mail_url: str, clock_file: Path) -> None:
    """Play the demo's past until business time is today."""

    def go_to(days_ago: int) -> None:
        set_offset(clock_file, -timedelta(days=days_ago))

    clock = Clock(clock_file)
    async with (
        httpx.AsyncClient(base_url=public_url, timeout=30) as http,
        httpx.AsyncClient(base_url=mail_url, timeout=30) as mail,
    ):
        await Story(Place(http, mail), go_to, clock.now).play()
