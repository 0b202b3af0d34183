"""Requests to a service over ASGI. Each answer has to be one that the operation documents, or the test fails."""

from typing import Any

import httpx

from tests.contracts.openapi import check_answer, find_operation


class Documented(httpx.ASGITransport):
    """Raises `Drift` for an answer that the OpenAPI document of its operation does not describe: its status, the type
    of a problem, or its shape. What reaches no operation is not described."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, raise_app_exceptions=False, **options)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if operation := find_operation(request.method, request.url.path):
            check_answer(operation, response.status_code, response.headers, await response.aread())
        return response
