from typing import Annotated

from fastapi import Header, Request, Response

from services.billing.gateway_events import service
from services.billing.payments.gateway import GatewayEventRefused
from services.billing.payments.outcomes import IllegalPaymentMove
from services.billing.payments.simulator import SIGNATURE_HEADER, gateway_of
from services.billing.settings import CurrentSettings
from shared.auth import Router, public
from shared.clock import RealNow
from shared.db import Session
from shared.errors import BodyTooLarge

router = Router("billing", "gateway-events")


@router.post(
    "",
    guard=public("the payment gateway has no token; its signature is checked"),
    status_code=204,
    problems=(GatewayEventRefused, IllegalPaymentMove, BodyTooLarge),
)
async def take_gateway_event(
    request: Request,
    session: Session,
    settings: CurrentSettings,
    now: RealNow,
    signature: Annotated[str, Header(alias=SIGNATURE_HEADER, max_length=500)] = "",
) -> Response:
    """A callback of the payment gateway about a payment. Unsigned, expired and replayed callbacks are refused."""
    signed = gateway_of(settings).read_event(await request.body(), signature, now=now)
    await service.process_event(session, signed, now=now)
    return Response(status_code=204)
