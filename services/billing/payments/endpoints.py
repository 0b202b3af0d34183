from uuid import UUID

from fastapi import Response

from services.billing.invoices.service import find_invoice
from services.billing.payments import service
from services.billing.payments.models import Payment
from services.billing.payments.schemas import PaymentCreate, PaymentRead
from services.billing.payments.service import ForeignReturnUrl, InvoiceNotOpen, PaymentUnderWay
from services.billing.payments.simulator import PaymentsNotSetUp, gateway_of
from services.billing.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.pages import json_response
from shared.reads import Reader

router = Router("billing", "payments")

PAYMENT = """
SELECT id::text, invoice_id::text, state, amount_minor, currency, pay_url, failure_reason
FROM payments WHERE workspace_id = $1 AND id = $2
"""


@router.post(
    "",
    guard=allow("invoice.pay"),
    status_code=201,
    problems=(NotFound, InvoiceNotOpen, PaymentUnderWay, ForeignReturnUrl, PaymentsNotSetUp),
)
async def start_payment(
    body: PaymentCreate, session: Session, access: CurrentAccess, settings: CurrentSettings, now: RealNow, once: Once
) -> PaymentRead:
    """Start paying an invoice. ``pay_url`` is the gateway's page. While an attempt is pending, it is returned again."""
    # (L15)

    async def start() -> Payment:
        return_url = service.check_return_url(body.return_url, settings.public_url)
        gateway = gateway_of(settings)
        invoice = await find_invoice(session, access.workspace_id, body.invoice_id, lock=True)
        return await service.start_payment(session, gateway, invoice, return_url, now=now)

    return await once(body, PaymentRead, start)


@router.get("/{payment_id}", guard=allow("invoice.pay"), response_model=PaymentRead)
async def get_payment(payment_id: UUID, read: Reader) -> Response:
    """One payment and its state."""
    row = await read.fetchrow(PAYMENT, read.access.workspace_id, payment_id)
    if row is None:
        raise NotFound("There is no such payment.")
    return json_response(dict(row.items()))
