from fastapi import Response

from services.identity.keys.service import opened_key
from services.identity.sessions.refusals import SessionOver
from services.identity.sessions.schemas import SessionRef
from services.identity.sessions.standing import read_standing
from services.identity.settings import CurrentSettings
from services.identity.tokens import service
from services.identity.tokens.schemas import TokenRead
from shared.auth import Router, public
from shared.clock import RealNow
from shared.pages import json_response
from shared.reads import Pool, Transactions

router = Router("identity", "tokens")


@router.post(
    "",
    guard=public("a session is what one has before one has a token"),
    response_model=TokenRead,
    problems=(SessionOver,),
)
async def make_token(
    body: SessionRef, pool: Pool, transactions: Transactions, settings: CurrentSettings, real_now: RealNow
) -> Response:
    """Exchange a session for an access token, with the acting workspace and the permissions there. It is valid for 50
    to 60 seconds: while nothing has changed, the same token is answered for ten seconds. Changes nothing: whoever opens
    a page says so with `POST /api/identity/sessions/presence`."""
    standing = await read_standing(pool, body.session, real_now)
    signer = await opened_key(standing.sealed_key, transactions, settings.key_secret, real_now)
    found = service.make_token(standing, signer, real_now)
    return json_response(found)
