"""Access tokens: Ed25519 JWTs, valid for 60 seconds, signed by identity and verified by every service."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from typing import Any
from uuid import UUID

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.errors import Unauthenticated, Unavailable
from shared.events import Via

log = structlog.get_logger()

ISSUER = AUDIENCE = "portico"
LIFETIME_SECONDS = 60
ALGORITHMS = ["Ed25519", "EdDSA"]


class Claims(BaseModel):
    """The claims of an access token: the person (sub, adr), the session (sid), the workspace (ws, wk, pws), whether on
    behalf (via), and the versions of the person's grants (gv) and of the workspace (wv) when it was issued, and whether
    the person was bound then because it was suspended or closed (sus)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    iss: str
    aud: str
    exp: int
    sub: UUID
    sid: UUID
    adr: str
    ws: UUID
    wk: str
    pws: UUID | None = None
    via: Via
    gv: int
    wv: int = 0
    sus: bool = False


class TokenVerifier:
    """Verifies tokens with identity's published keys, which are fetched when a key is unknown.

    Verified tokens are cached until they expire, because verifying a signature costs a fifth of a request. Grants and
    sessions are still checked for every request, so that revocation takes effect at once.
    """

    REMEMBERED = 10_000
    REFETCH_SECONDS = 5.0
    FETCH_SECONDS = 5.0
    """A new process has no key before, and identity may be busy while everything starts."""

    def __init__(self, identity_url: str, http: httpx.AsyncClient) -> None:
        self._url = f"{identity_url}/api/identity/keys"
        self._http = http
        self._keys = KeySet([])
        self._fetched_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None
        self._known: OrderedDict[bytes, Claims] = OrderedDict()

    async def verify(self, token: str) -> Claims:
        """The token's claims. Raises `Unauthenticated` for an invalid token, `Unavailable` when no key is known and
        identity does not answer."""
        digest = hashlib.sha256(token.encode()).digest()
        claims = self._known.get(digest) or self._remember(digest, await self._read(token))
        if claims.exp <= time.time():
            raise Unauthenticated("The access token has expired.")
        return claims

    def _remember(self, digest: bytes, claims: Claims) -> Claims:
        self._known[digest] = claims
        now = time.time()
        while self._known and (len(self._known) > self.REMEMBERED or next(iter(self._known.values())).exp <= now):
            self._known.popitem(last=False)
        return claims

    async def _read(self, token: str) -> Claims:
        found = self._decode(token)
        if found is None and time.monotonic() - self._fetched_at > self.REFETCH_SECONDS:
            if self._fetching is None or self._fetching.done():
                self._fetching = asyncio.create_task(self._fetch_keys())
            await asyncio.shield(self._fetching)  # one request for all who wait, whichever of them goes away
            found = self._decode(token)
        if found is None:
            raise Unauthenticated("The access token is not valid.")
        try:
            claims = Claims.model_validate(found)
        except ValidationError:
            raise Unauthenticated("The access token is not one of ours.") from None
        if claims.iss != ISSUER or claims.aud != AUDIENCE:
            raise Unauthenticated("The access token is not meant for this service.")
        return claims

    def _decode(self, token: str) -> dict[str, Any] | None:
        try:
            return dict(jwt.decode(token, self._keys, algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError, TypeError):
            return None

    async def _fetch_keys(self) -> None:
        try:
            answer = await self._http.get(self._url, timeout=self.FETCH_SECONDS)
            answer.raise_for_status()
            self._keys = KeySet.import_key_set(answer.json())
            self._fetched_at = time.monotonic()
        except (httpx.HTTPError, ValueError) as error:
            log.warning("keys.unavailable", error=repr(error))
            if not self._keys.keys:
                raise Unavailable("Sign-in cannot be checked just now. Try again.", retry_after=2) from None
