"""The clock of all services. Business time can be moved in a demo; real time cannot.

Business time is for invoices, billing and activity on the Customers page. Sessions, tokens, leases, retries and TTLs
are real time, so that nobody is signed out when a demo jumps a month ahead.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request


class Clock:
    """Business time and real time, both in UTC.

    ``offset_file`` contains ``{"offset_seconds": n}`` and is only set in a demo.
    """

    def __init__(self, offset_file: Path | None = None) -> None:
        self._file = offset_file
        self._stamp: tuple[int, int] | None = None
        self._offset = timedelta(0)

    def real_now(self) -> datetime:
        return datetime.now(UTC)

    def now(self) -> datetime:
        return self.real_now() + self.offset()

    def offset(self) -> timedelta:
        """How far business time is ahead of real time."""
        if self._file is None:
            return self._offset
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return timedelta(0)
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp != self._stamp:
            self._offset = timedelta(seconds=json.loads(self._file.read_text())["offset_seconds"])
            self._stamp = stamp
        return self._offset


# async, because FastAPI would run plain functions in a thread
async def _business(request: Request) -> datetime:
    clock: Clock = request.app.state.runtime.clock
    return clock.now()


async def _real(request: Request) -> datetime:
    clock: Clock = request.app.state.runtime.clock
    return clock.real_now()


Now = Annotated[datetime, Depends(_business)]
RealNow = Annotated[datetime, Depends(_real)]
