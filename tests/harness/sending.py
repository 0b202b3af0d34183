"""The portal's calls to services through a transport of httpx: fakes, and services in the test's own process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from services.portal.clients.sending import Late, Outgoing, Reply, Streamed, Unanswered


class TransportSender:
    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._http = httpx.AsyncClient(transport=transport, follow_redirects=False)

    async def send(self, request: Outgoing, seconds: float) -> Reply:
        async with self.stream(request, seconds) as streamed:
            content = b"".join([piece async for piece in streamed.pieces])
            return Reply(streamed.status, streamed.headers, content)

    @asynccontextmanager
    async def stream(self, request: Outgoing, seconds: float) -> AsyncIterator[Streamed]:
        headers = [(name.encode(), value.encode()) for name, value in request.headers]
        outgoing = self._http.build_request(
            request.method, request.url, headers=headers, content=request.body, timeout=seconds
        )
        try:
            answer = await self._http.send(outgoing, stream=True)
        except httpx.ReadTimeout as error:
            raise Late("ReadTimeout") from error
        except httpx.TransportError as error:
            raise Unanswered(type(error).__name__) from error
        try:
            yield Streamed(answer.status_code, answer.headers, answer.aiter_bytes())
        finally:
            await answer.aclose()

    async def close(self) -> None:
        await self._http.aclose()
