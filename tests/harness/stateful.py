"""State machines of Hypothesis for asynchronous code."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from hypothesis.stateful import RuleBasedStateMachine

T = TypeVar("T")


class AsyncStateMachine(RuleBasedStateMachine):
    """Hypothesis is synchronous and runs in its own thread; the database's connections belong to the test's event loop,
    which is ``loop``."""

    loop: asyncio.AbstractEventLoop

    def wait(self, work: Awaitable[T]) -> T:
        """Run ``work`` in the event loop; TimeoutError after 60 seconds."""

        async def finish() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(finish(), self.loop).result(60)
