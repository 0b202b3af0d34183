from fastapi import Request

from services.notifications.bounces import service
from services.notifications.bounces.schemas import BounceRead
from services.notifications.settings import CurrentSettings, Settings
from shared.auth import Router, public
from shared.auth.routes import bearer
from shared.clock import RealNow
from shared.db import Session
from shared.errors import BodyTooLarge, Unauthenticated
from shared.secrets import is_one_of

router = Router("notifications", "bounces")

MAIL = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post(
    "",
    guard=public("a mail server has no session; the installation's token for bounces is checked"),
    problems=(Unauthenticated, BodyTooLarge),
    openapi_extra=MAIL,
)
async def take_bounce(request: Request, session: Session, settings: CurrentSettings, real_now: RealNow) -> BounceRead:
    """A mail that came to the bounce address of the installation, as it came, of at most 256 KiB. Which message it is
    about is read from the address that it came to: `Delivered-To`, `X-Original-To`, `Envelope-To` or `To`. What is no
    report of a failure changes nothing and is no error, so that mail servers do not try again. The token is
    `NOTIFICATIONS_BOUNCE_TOKEN`."""  # (D24)
    _check(request, settings)
    result = await service.take_mail(session, settings, await request.body(), real_now)
    return BounceRead(result=result)


def _check(request: Request, settings: Settings) -> None:
    """Raises `Unauthenticated`."""
    given = bearer(request).encode()
    if settings.bounce_token is None or not is_one_of(settings.bounce_token, given):
        raise Unauthenticated("Send the token for bounces: Authorization: Bearer …")
