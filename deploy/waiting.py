"""Waiting for a state, for the demo's data, the tests and the benchmarks."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")


class NotInTime(AssertionError):
    """The awaited state was not reached in time."""


@overload
async def eventually(
    look: Callable[[], Awaitable[T]], what: str = ..., *, seconds: float = ..., pause: float = ...
) -> T: ...
@overload
async def eventually(look: Callable[[], T], what: str = ..., *, seconds: float = ..., pause: float = ...) -> T: ...
async def eventually(look: Callable[[], Any], what: str = "", *, seconds: float = 10, pause: float = 0.02) -> Any:
    """The first true value that ``look`` returns. NotInTime, with ``what``, if that takes longer than ``seconds``. An
    exception of ``look`` ends the waiting."""
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
