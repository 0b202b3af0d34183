"""Waiting for a state, in the demo's story, the tests and the benchmarks."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")


class NotInTime(AssertionError):
    """What was waited for did not come in time."""


@overload
async def eventually(
    look: Callable[[], Awaitable[T]], what: str = ..., *, seconds: float = ..., pause: float = ...
) -> T: ...
@overload
async def eventually(look: Callable[[], T], what: str = ..., *, seconds: float = ..., pause: float = ...) -> T: ...
async def eventually(look: Callable[[], Any], what: str = "", *, seconds: float = 10, pause: float = 0.02) -> Any:
    """What ``look`` gives once it gives something true. NotInTime, with ``what``, when that takes longer than
    ``seconds``. An exception of ``look`` itself ends the waiting."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        found = look()
        value = await found if inspect.isawaitable(found) else found
        if value:
            return value
        if loop.time() > deadline:
            raise NotInTime(f"{what or getattr(look, '__name__', 'this')}: not within {seconds:g} s")
        await asyncio.sleep(pause)
