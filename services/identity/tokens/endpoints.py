import orjson
from fastapi import Response

from services.identity.keys.service import find_signing_key
from services.identity.sessions.schemas import SessionRef
from services.identity.settings import CurrentSettings
from services.identity.tokens import service
from services.identity.tokens.schemas import TokenRead
from shared.auth import Router, public
from shared.clock import RealNow
from shared.reads import Pool, Transactions

router = Router("identity", "tokens")


@router.post("", guard=public("a session is what one has before one has a token"), response_model=TokenRead)
async def make_token(
    body: SessionRef, pool: Pool, transactions: Transactions, settings: CurrentSettings, real_now: RealNow
) -> Response:
    """Exchange a session for an access token of 60 seconds, with the acting workspace and the permissions there.
    Changes nothing: whoever opens a page says so with `POST /api/identity/sessions/presence`."""
    key = await find_signing_key(pool, transactions, settings.key_secret, real_now)
    found = await service.make_token(pool, key, body.session, real_now)
    return Response(orjson.dumps(found, default=str), media_type="application/json")
