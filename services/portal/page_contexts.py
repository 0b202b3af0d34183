"""Page contexts: what identity returns for a browser's session at each page. The last one is cached in this process
until its access token expires."""

import hashlib
from collections import OrderedDict
from typing import TypeVar

from services.portal.clients import Refused, ServiceDown, Services
from services.portal.clients.page_context import PageContext
from shared.clock import Clock

T = TypeVar("T")

REMEMBERED = 10_000


class SessionOver(Exception):
    """The session was signed out, revoked or has expired: sign in again."""


class PageContexts:
    """Asks identity at each page, so that a changed grant shows at once (D29). While identity does not answer, the last
    context is used until its token expires."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: OrderedDict[bytes, PageContext] = OrderedDict()

    async def get(self, services: Services, session: str) -> PageContext:
        key = _key(session)
        try:
            context = await services.identity.page_context(session)
        except ServiceDown:
            return self._remembered(key)
        except Refused as refusal:
            self.forget(session)
            raise SessionOver from refusal
        _keep(self._last, key, context)
        return context

    def forget(self, session: str) -> None:
        self._last.pop(_key(session), None)

    def _remembered(self, key: bytes) -> PageContext:
        context = self._last.get(key)
        if context is None or context.expires_at <= self._clock.real_now():
            raise ServiceDown("identity")
        return context


def _key(session: str) -> bytes:
    """A hash: the session's secret is stored only in the cookie."""
    return hashlib.sha256(session.encode()).digest()


def _keep(kept: OrderedDict[bytes, T], key: bytes, value: T) -> None:
    """Keeps the newest `REMEMBERED` entries."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
