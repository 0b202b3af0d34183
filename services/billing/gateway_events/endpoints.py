from fastapi import Request, Response

from services.billing.gateway_events import service
from services.billing.gateways.choosing import PaymentsNotSetUp
from services.billing.gateways.endpoints import CurrentGateway
from services.billing.gateways.port import GatewayEventRefused, GatewayUnavailable
from services.billing.settings import CurrentSettings
from shared.auth import Router, public
from shared.clock import RealNow
from shared.db import Session
from shared.errors import BodyTooLarge, Unavailable

router = Router("billing", "gateway-events")


@router.post(
    "",
    guard=public("the payment gateway has no token; its signature is checked"),
    status_code=204,
    problems=(GatewayEventRefused, PaymentsNotSetUp, BodyTooLarge, Unavailable),
)
async def take_gateway_event(
    request: Request, gateway: CurrentGateway, session: Session, settings: CurrentSettings, now: RealNow
) -> Response:
    """A callback of the payment gateway about payments, refunds, disputes and saved methods. Unsigned, expired and
    replayed callbacks are refused; what is true is taken, in whatever order it comes."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        callback = await gateway.read_callback(await request.body(), headers, now=now)
    except GatewayUnavailable:
        raise Unavailable("The payment gateway could not be asked about this. Send it again.", retry_after=30) from None
    await service.take_callback(session, settings, callback, now=now)
    return Response(status_code=204)
