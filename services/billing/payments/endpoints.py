from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.billing.invoices.service import find_invoice
from services.billing.payments import service
from services.billing.payments.models import Payment
from services.billing.payments.schemas import AttemptRead, AttemptsQuery, PaymentCreate, PaymentRead
from services.billing.payments.service import ForeignReturnUrl, InvoiceNotOpen, PayingIsOff, PaymentUnderWay
from services.billing.payments.simulator import PaymentsNotSetUp, gateway_of
from services.billing.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.pages import Page, decode_cursor, first_rows, json_response, page_response
from shared.reads import Reader

router = Router("billing", "payments")

PAYMENT = """
SELECT id::text, invoice_id::text, state, amount_minor, currency, method, pay_url, failure_reason
FROM payments WHERE workspace_id = $1 AND id = $2
"""

ATTEMPTS = """
SELECT id::text, invoice_id::text, state, amount_minor, currency, method, failure_reason, begun_by::text,
       begun_by_address, begun_via, begun_at, settled_at
FROM payments WHERE workspace_id = $1 AND invoice_id = $2 AND (begun_at, id) < ($3, $4) ORDER BY begun_at DESC, id DESC
"""
NEWEST = (datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))


@router.get("", guard=allow("money.view"), response_model=Page[AttemptRead])
async def list_payments(read: Reader, query: Annotated[AttemptsQuery, Query()]) -> Response:
    """The attempts to pay an invoice, the newest first. None of an invoice that the caller may not see."""
    before = decode_cursor(query.cursor, tuple[datetime, UUID]) if query.cursor else NEWEST
    asked = (read.access.workspace_id, query.invoice_id, *before, query.limit + 1)
    rows = await read.fetch(first_rows(ATTEMPTS, "$5"), *asked)
    return page_response(rows, query.limit, ("begun_at", "id"))


@router.post(
    "",
    guard=allow("invoice.pay"),
    status_code=201,
    problems=(NotFound, InvoiceNotOpen, PaymentUnderWay, ForeignReturnUrl, PaymentsNotSetUp, PayingIsOff),
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
        await service.check_paying(session, settings, invoice)
        return await service.start_payment(session, gateway, invoice, return_url, now=now)

    return await once(body, PaymentRead, start)


@router.get("/{payment_id}", guard=allow("invoice.pay"), response_model=PaymentRead)
async def get_payment(payment_id: UUID, read: Reader) -> Response:
    """One payment and its state."""
    row = await read.fetchrow(PAYMENT, read.access.workspace_id, payment_id)
    if row is None:
        raise NotFound("There is no such payment.")
    return json_response(dict(row.items()))
