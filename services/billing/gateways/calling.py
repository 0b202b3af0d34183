"""Calls of the gateway, timed for the metrics."""

import time
from collections.abc import Awaitable
from typing import TypeVar

from shared.telemetry.metrics import GATEWAY_CALLS

T = TypeVar("T")


async def called(call: str, answer: Awaitable[T]) -> T:
    """The answer to a call. Its outcome in the metrics is the type of the answer, or ``Unavailable``."""
    began, outcome = time.perf_counter(), "Unavailable"
    try:
        found = await answer
        outcome = "Answered" if isinstance(found, str) or found is None else type(found).__name__
        return found
    finally:
        GATEWAY_CALLS.labels(call, outcome).observe(time.perf_counter() - began)
