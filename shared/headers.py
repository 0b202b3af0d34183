"""Security headers on every response of an application, including those that are sent outside of all middleware."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API_HEADERS = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cache-Control": "no-store",
               "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}  # fmt: skip
"""For JSON: never kept, and of no use as a page. An endpoint that returns something else sets its own."""
_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def with_headers(app: ASGIApp, headers: Mapping[str, str], public_url: str) -> ASGIApp:
    """``app``, whose responses have ``headers`` unless they set their own. Where ``public_url`` is https, browsers are
    told to use nothing else."""
    added = {**headers, **(_HTTPS_ONLY if public_url.startswith("https:") else {})}

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_all(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                for name, value in added.items():
                    own.setdefault(name, value)
            await send(message)

        await app(scope, receive, send_all)

    return answer
