"""Clocks: this machine's, PostgreSQL's and RabbitMQ's; and business time, which only a demo moves."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.cli.running import broker_admin
from deploy.doctor.databases import AWAY, opened
from deploy.doctor.finding import Check, Finding, See, bad, ok, unknown, warn, why
from deploy.environment import OperatorError, worker_url
from deploy.migrating.management import Management
from shared.clock import Clock

APART, FAR_APART = timedelta(seconds=2), timedelta(seconds=10)
"""Access tokens live 60 seconds."""
SEE = See.three_in_the_morning


async def postgres_clock() -> Sequence[Finding]:
    try:
        async with opened(worker_url("identity")) as database:
            before = datetime.now(UTC)
            theirs = await database.fetchval("SELECT clock_timestamp()")
            return [compared("PostgreSQL", theirs, before, datetime.now(UTC))]
    except AWAY as error:
        return [unknown("PostgreSQL", f"not reached: {why(error)}")]


async def broker_clock() -> Sequence[Finding]:
    try:
        async with Management(broker_admin().api_url) as api:
            before = datetime.now(UTC)
            theirs = await api.now()
            return [compared("RabbitMQ", theirs, before, datetime.now(UTC), exact_to=timedelta(seconds=1))]
    except OperatorError as error:
        return [unknown("RabbitMQ", f"not reached: {why(error)}")]


def compared(
    about: str, theirs: datetime, before: datetime, after: datetime, *, exact_to: timedelta = timedelta(0)
) -> Finding:
    """Another clock, which was read between two moments of ours, and says the time rounded down to ``exact_to``."""
    apart = max(theirs - after, before - (theirs + exact_to), timedelta(0))
    ahead = "ahead of" if theirs > after else "behind"
    seen = f"{apart.total_seconds():.1f} s {ahead} this machine" if apart else "agrees with this machine"
    if apart > FAR_APART:
        return bad(about, seen, "Run NTP on both: access tokens are refused where clocks differ.", SEE)
    if apart > APART:
        return warn(about, seen, "Run NTP on both.", SEE)
    return ok(about, seen)


async def business_time() -> Sequence[Finding]:
    is_demo = os.environ.get("PORTICO_DEMO", "").lower() in {"1", "true", "yes"}
    file = os.environ.get("PORTICO_CLOCK_FILE")
    if not is_demo:
        return [ok("business time", "is real time")]
    ahead = Clock(Path(file) if file else None).offset()
    seen = f"this is a demo, {ahead.days} days ahead" if ahead else "this is a demo, not moved"
    return [warn("business time", seen, "Never set PORTICO_DEMO in production.", See.settings)]


CHECKS = (Check("clock", postgres_clock), Check("clock", broker_clock), Check("clock", business_time))
