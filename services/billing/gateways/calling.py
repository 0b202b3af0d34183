"""Calls of the gateway: timed for the metrics, and repeated by leased work."""

import time
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

from shared.leases import Retry
from shared.telemetry.metrics import GATEWAY_CALLS

T = TypeVar("T")

UNTIL_ANSWERED = Retry(
    tries=10**9, pauses=(timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
)
"""Of calls that move money, whose outcome has to become known: the same key makes it harmless to ask again."""
LEASE = timedelta(minutes=2)
"""Longer than a call may take."""
BATCH = 10
"""How many calls one worker makes at the same time."""


async def called(call: str, answer: Awaitable[T]) -> T:
    """The answer to a call. Its outcome in the metrics is the type of the answer, or ``Unavailable``."""
    began, outcome = time.perf_counter(), "Unavailable"
    try:
        found = await answer
        outcome = "Answered" if isinstance(found, str) or found is None else type(found).__name__
        return found
    finally:
        GATEWAY_CALLS.labels(call, outcome).observe(time.perf_counter() - began)
