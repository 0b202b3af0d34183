"""Sending a file, piece by piece, to a client of any speed."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

import structlog
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.provisioning.downloads.refusals import TooManyDownloads
from shared.files import NoSuchFile

log = structlog.get_logger()

STALLED_SECONDS = 60.0
"""How long a client may take for one piece."""
RETRY_AFTER = 10


class Places:
    """How many downloads a process serves at a time."""

    def __init__(self) -> None:
        self.taken = 0

    def take(self, most: int) -> None:
        """Raises `TooManyDownloads`."""
        if self.taken >= most:
            raise TooManyDownloads("Try again in a moment.", retry_after=RETRY_AFTER)
        self.taken += 1

    def give_back(self) -> None:
        self.taken -= 1


class FileStream(StreamingResponse):
    """A part of a file. It holds a place, and neither a connection to the database nor more than a piece of the file.
    A client that stands still, or takes too long, is cut off, and can resume."""

    def __init__(
        self, pieces: AsyncGenerator[bytes], places: Places, *, status: int, headers: Mapping[str, str], seconds: float,
        stalled_seconds: float = STALLED_SECONDS,
    ) -> None:  # fmt: skip
        super().__init__(pieces, status, headers, media_type="application/octet-stream")
        self._pieces, self._places = pieces, places
        self._seconds, self._stalled_seconds = seconds, stalled_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with aclosing(self._pieces):
                await super().__call__(scope, receive, send)
        finally:
            self._places.give_back()

    async def stream_response(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            async with asyncio.timeout(self._seconds):
                async for piece in self._pieces:
                    async with asyncio.timeout(self._stalled_seconds):
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
        except (OSError, NoSuchFile) as error:
            log.warning("download.cut_off", error=type(error).__name__)
            return  # the head is sent: the server ends the connection, and the client sees that bytes are missing
        await send({"type": "http.response.body", "body": b"", "more_body": False})
