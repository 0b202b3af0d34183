"""Routes identity's requests for its keys to itself."""

import httpx
from fastapi import FastAPI


class Loopback(httpx.AsyncBaseTransport):
    """Identity verifies its own tokens with its own published keys."""

    app: FastAPI

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await httpx.ASGITransport(self.app).handle_async_request(request)
