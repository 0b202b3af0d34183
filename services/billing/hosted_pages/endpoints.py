from uuid import UUID

import structlog
from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.gateways.calling import called
from services.billing.gateways.choosing import CurrentGateway, PaymentsNotSetUp
from services.billing.gateways.links import HostedLink, HostedPageOver, Links
from services.billing.gateways.port import Checkout, Gateway, GatewayUnavailable, Setup
from services.billing.invoices.models import Invoice
from services.billing.payment_methods.models import MethodState, PaymentMethod
from services.billing.payment_methods.service import setup_of
from services.billing.payments.models import Payment, PaymentAllocation, PaymentState
from services.billing.settings import CurrentSettings
from shared.auth import Router, public
from shared.clock import RealNow
from shared.reads import Transactions
from shared.scope import begin_in

router = Router("billing", "hosted-pages")
log = structlog.get_logger()


@router.get(
    "/{secret}",
    guard=public("whoever has the sealed link may pay, or enter a method"),
    status_code=303,
    response_class=RedirectResponse,
    problems=(HostedPageOver, PaymentsNotSetUp),
)
async def open_hosted_page(
    secret: str, settings: CurrentSettings, gateway: CurrentGateway, sessions: Transactions,
    now: RealNow,
) -> Response:  # fmt: skip
    """Ask the gateway for its page, and go there. If that is over or cannot be had, back to where the person came
    from."""
    link = Links.of(settings).open(secret, now=now)
    async with begin_in(sessions, link.workspace_id) as session:
        asked = await _asked(session, link)
    address = await _address(gateway, asked, link.id) if asked else None
    return RedirectResponse(address or link.return_url, 303, headers={"Referrer-Policy": "no-referrer"})


async def _address(gateway: Gateway, asked: Checkout | Setup, key: UUID) -> str | None:
    try:
        if isinstance(asked, Checkout):
            return await called("begin_checkout", gateway.begin_checkout(asked, key=str(key)))
        return await called("begin_setup", gateway.begin_setup(asked, key=str(key)))
    except GatewayUnavailable:
        log.warning("hosted_page.unavailable", of=str(key))
        return None


async def _asked(session: AsyncSession, link: HostedLink) -> Checkout | Setup | None:
    """What to ask the gateway for. None if the attempt is over."""
    if link.to == "method":
        method = await session.get(PaymentMethod, link.id)
        if method is None or method.state != MethodState.requested:
            return None
        return await setup_of(session, method)
    payment = await session.get(Payment, link.id)
    if payment is None or payment.state != PaymentState.requires_action:
        return None
    of_payment = select(Invoice.number).join(PaymentAllocation, PaymentAllocation.invoice_id == Invoice.id)
    numbers = of_payment.where(PaymentAllocation.payment_id == payment.id).order_by(PaymentAllocation.position)
    described = ", ".join(str(number) for number in await session.scalars(numbers.limit(5)))
    amount = (payment.amount_minor, payment.currency)
    return Checkout(payment.id, payment.workspace_id, described, *amount, link.return_url, payment.expires_at)
