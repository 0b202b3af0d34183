"""Access tokens, traded at identity for the browser's session, and kept in this process for as long as they live."""

import hashlib
from collections import OrderedDict

from services.portal.clients import Refused, ServiceDown, Services
from services.portal.clients.identity import Ended, Token
from shared.clock import Clock

REMEMBERED = 10_000


class SessionOver(Exception):
    """The session was signed out, revoked or has expired: sign in again."""


class Tokens:
    """Asks identity at each page, so that a changed grant shows at once (D29); while identity does not answer,
    the last token serves until it expires."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: OrderedDict[bytes, Token] = OrderedDict()
        self._ended: dict[bytes, Ended] = {}

    async def get(self, services: Services, session: str) -> Token:
        key = hashlib.sha256(session.encode()).digest()
        try:
            token = await services.identity.token(session)
        except ServiceDown:
            return self._remembered(key)
        except Refused as refusal:
            self.forget(session)
            raise SessionOver from refusal
        self._remember(key, token)
        return token

    def keep_notice(self, session: str, ended: Ended) -> None:
        """Identity says once that work on behalf ended. A live page that heard it cannot show a whole page, so it
        is kept for the person's next click."""
        self._ended[hashlib.sha256(session.encode()).digest()] = ended

    def take_notice(self, session: str) -> Ended | None:
        return self._ended.pop(hashlib.sha256(session.encode()).digest(), None)

    def forget(self, session: str) -> None:
        key = hashlib.sha256(session.encode()).digest()
        self._last.pop(key, None)
        self._ended.pop(key, None)

    def _remember(self, key: bytes, token: Token) -> None:
        self._last[key] = token
        self._last.move_to_end(key)
        if len(self._last) > REMEMBERED:
            self._last.popitem(last=False)

    def _remembered(self, key: bytes) -> Token:
        token = self._last.get(key)
        if token is None or token.expires_at <= self._clock.real_now():
            raise ServiceDown("identity")
        return token
