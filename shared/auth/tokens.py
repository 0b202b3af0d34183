"""Access tokens: Ed25519 JWTs of 60 seconds that identity signs and every service verifies by itself."""

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
    """What an access token says: who (sub, adr), in which session (sid), where (ws, wk, pws), by which door (via), and
    which version of the person's grants was known when it was made (gv)."""

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


class TokenVerifier:
    """Verifies tokens with identity's published keys, which it fetches when it meets a key that it does not know.

    A verified token is remembered until it expires: a signature costs a fifth of a request. What a token may do is
    looked up each time all the same, so that a revoked grant or an ended session is refused at once.
    """

    REMEMBERED = 10_000
    REFETCH_SECONDS = 5.0

    def __init__(self, identity_url: str, http: httpx.AsyncClient) -> None:
        self._url = f"{identity_url}/api/identity/keys"
        self._http = http
        self._keys = KeySet([])
        self._fetched_at = float("-inf")
        self._known: OrderedDict[bytes, Claims] = OrderedDict()

    async def verify(self, token: str) -> Claims:
        """The token's claims. Raises `Unauthenticated` when it is not valid now, `Unavailable` when no key is known and
        identity does not answer."""
        digest = hashlib.sha256(token.encode()).digest()
        claims = self._known.get(digest) or self._remember(digest, await self._read(token))
        if claims.exp <= time.time():
            self._known.pop(digest, None)
            raise Unauthenticated("The access token has expired.")
        return claims

    def _remember(self, digest: bytes, claims: Claims) -> Claims:
        self._known[digest] = claims
        if len(self._known) > self.REMEMBERED:
            self._known.popitem(last=False)
        return claims

    async def _read(self, token: str) -> Claims:
        found = self._decode(token)
        if found is None and time.monotonic() - self._fetched_at > self.REFETCH_SECONDS:
            await self._fetch_keys()
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
            answer = await self._http.get(self._url, timeout=2)
            answer.raise_for_status()
            self._keys = KeySet.import_key_set(answer.json())
            self._fetched_at = time.monotonic()
        except (httpx.HTTPError, ValueError) as error:
            log.warning("keys.unavailable", error=repr(error))
            if not self._keys.keys:
                raise Unavailable("Sign-in cannot be checked just now. Try again.", retry_after=2) from None
