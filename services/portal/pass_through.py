"""``/api/<service>/…`` for API clients where there is no gateway, as on one's own machine."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from services.portal.body_limits import is_streamed
from services.portal.clients.sending import Outgoing, Streamed, Unanswered
from services.portal.runtime import client_address, runtime_of

router = APIRouter()

SECONDS = 30.0
"""Until the head of the response."""
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
REQUEST_HEADERS = {
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-range",
    "portico-gateway-signature",  # of a payment gateway's callback, over the body
    "range",
    "stripe-signature",  # of Stripe's
    "user-agent",
}
"""The request headers that are forwarded: what HTTP needs, and what endpoints document (a test compares them). Only the
token identifies the caller, never a cookie or an X-…-User header."""
RESPONSE_HEADERS = {
    "accept-ranges",
    "allow",
    "cache-control",
    "content-disposition",
    "content-length",
    "content-range",
    "content-security-policy",
    "content-type",
    "etag",
    "location",
    "referrer-policy",
    "retry-after",
}
"""The response headers that are returned. No cookie is; the portal adds the correlation id."""


@router.api_route("/api/{service}/{path:path}", methods=METHODS)
async def pass_through(request: Request, service: str, path: str) -> Response:
    runtime = runtime_of(request)
    base_url = runtime.settings.service_urls.get(service)
    if base_url is None:
        return _problem(404, "Not found", f"There is no service named {service!r}.")
    url = base_url + _address(request)
    body = request.stream() if is_streamed(request.url.path) else await request.body() or None
    outgoing = Outgoing(request.method, url, _headers(request), body)
    stream = runtime.sender.stream(outgoing, SECONDS)
    try:
        answer = await stream.__aenter__()
    except Unanswered:
        return _problem(503, "Not available just now", f"{service} does not answer. Try again.", retry_after=2)
    headers = {name: value for name in RESPONSE_HEADERS if (value := answer.headers.get(name)) is not None}
    return StreamingResponse(_body(stream, answer), answer.status, headers)


def _address(request: Request) -> str:
    """The path and query as they were sent: decoded, an encoded ``?`` or NUL would make another address of them."""
    path, query = request.scope["raw_path"].decode("latin-1"), request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _headers(request: Request) -> list[tuple[str, str]]:
    own = [("X-Forwarded-For", client_address(request)), ("X-Correlation-ID", str(request.state.correlation_id))]
    kept = [(name.decode("latin-1"), _text(value)) for name, value in request.headers.raw]
    return [(name, value) for name, value in kept if name in REQUEST_HEADERS] + own


def _text(value: bytes) -> str:
    """A header's value as it is sent on, in UTF-8. What is outside ASCII is the service's to refuse."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


async def _body(stream: AbstractAsyncContextManager[Streamed], answer: Streamed) -> AsyncIterator[bytes]:
    try:
        async for piece in answer.pieces:
            yield piece
    finally:
        await stream.__aexit__(None, None, None)


def _problem(status: int, title: str, detail: str, retry_after: int | None = None) -> JSONResponse:
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return JSONResponse(document, status, headers, media_type="application/problem+json")
