"""The five services as the portal meets them over HTTP, for tests of the portal alone: people, customers, orders and
invoices in memory, and a switch that takes a service down."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal.answering import ROUTES, problem
from tests.portal.business_answers import BusinessAnswers
from tests.portal.identity_answers import IdentityAnswers, Session

__all__ = ["Outside", "Session", "problem"]


@dataclass
class Outside(IdentityAnswers, BusinessAnswers):
    """``down``: services that do not answer; ``seen``: each request."""

    down: set[str] = field(default_factory=set)
    seen: list[httpx.Request] = field(default_factory=list)
    replies: dict[tuple[str, str], httpx.Response] = field(default_factory=dict)
    """A reply for a method and path that a test wants instead of the usual one."""

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        if request.url.path.split("/")[2] in self.down:
            raise httpx.ConnectError("down", request=request)
        special = self.replies.get((request.method, request.url.path))
        return special if special is not None else self._usual(request)

    def _usual(self, request: httpx.Request) -> httpx.Response:
        for method, pattern, name in ROUTES:
            found = pattern.fullmatch(request.url.path)
            if found and method == request.method:
                reply = getattr(self, name)(request, **found.groupdict())
                if isinstance(reply, httpx.Response):
                    return reply
                return httpx.Response(204) if reply is None else httpx.Response(200, json=reply)
        return problem(404, "not-found", "There is no such thing here.")

    def reads(self, path: str) -> int:
        """How often this address was read: a stream that is open reads again whenever it is woken."""
        return sum(each.method == "GET" and each.url.path == path for each in self.seen)

    def sent(self, method: str, path: str) -> list[dict[str, Any]]:
        """The bodies of the requests to this address."""
        found = [each for each in self.seen if each.method == method and each.url.path == path]
        return [json.loads(each.content or b"{}") for each in found]
