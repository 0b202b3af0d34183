"""Access tokens, traded at identity for the browser's session, and kept in this process for as long as they live."""

import hashlib
from collections import OrderedDict
from typing import TypeVar

from services.portal.clients import Refused, ServiceDown, Services
from services.portal.clients.identity import Ended, Token
from shared.clock import Clock

T = TypeVar("T")

REMEMBERED = 10_000


class SessionOver(Exception):
    """The session was signed out, revoked or has expired: sign in again."""


class Tokens:
    """Asks identity at each page, so that a changed grant shows at once (D29); while identity does not answer,
    the last token serves until it expires."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: OrderedDict[bytes, Token] = OrderedDict()
        self._ended: OrderedDict[bytes, Ended] = OrderedDict()

    async def get(self, services: Services, session: str) -> Token:
        key = _key(session)
        try:
            token = await services.identity.token(session)
        except ServiceDown:
            return self._remembered(key)
        except Refused as refusal:
            self.forget(session)
            raise SessionOver from refusal
        _keep(self._last, key, token)
        return token

    def keep_notice(self, session: str, ended: Ended) -> None:
        """Identity says once that work on behalf ended. A live page that heard it cannot show a whole page, so it
        is kept for the person's next click."""
        _keep(self._ended, _key(session), ended)

    def take_notice(self, session: str) -> Ended | None:
        return self._ended.pop(_key(session), None)

    def forget(self, session: str) -> None:
        self._last.pop(_key(session), None)
        self._ended.pop(_key(session), None)

    def _remembered(self, key: bytes) -> Token:
        token = self._last.get(key)
        if token is None or token.expires_at <= self._clock.real_now():
            raise ServiceDown("identity")
        return token


def _key(session: str) -> bytes:
    """The secret itself is kept nowhere but in the cookie."""
    return hashlib.sha256(session.encode()).digest()


def _keep(kept: OrderedDict[bytes, T], key: bytes, value: T) -> None:
    """The newest `REMEMBERED` of them."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
