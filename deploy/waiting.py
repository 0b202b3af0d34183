"""Waiting for a state, in the demo's story, the tests and the benchmarks."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(
    look: Callable[[], Awaitable[T] | T], what: str = "", *, seconds: float = 10, pause: float = 0.02
) -> T:
    """What ``look`` gives once it gives something true. AssertionError, with ``what``, when that takes longer than
    ``seconds``. An exception of ``look`` itself ends the waiting."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        found = look()
        value: T = await found if inspect.isawaitable(found) else found
        if value:
            return value
        assert loop.time() < deadline, f"{what or getattr(look, '__name__', 'this')}: not within {seconds:g} s"
        await asyncio.sleep(pause)
