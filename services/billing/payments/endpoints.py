from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Query, Response

from services.billing.bill_groups.paying import PayingIsOff
from services.billing.gateways.choosing import PaymentsNotSetUp, gateway_name
from services.billing.gateways.links import ForeignReturnUrl, Links
from services.billing.payments import listing, service
from services.billing.payments.schemas import AllocationRead, AttemptRead, AttemptsQuery, PaymentCreate, PaymentRead
from services.billing.payments.service import InvoiceNotOpen, PaymentUnderWay, Share
from services.billing.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.pages import Page, json_response
from shared.reads import Reader

router = Router("billing", "payments")

PAYMENT = """
SELECT id::text, bill_group_id::text, state, amount_minor, currency, method, pay_url, failure_reason,
  (SELECT json_agg(json_build_object('invoice_id', a.invoice_id, 'asked_minor', a.asked_minor,
                                     'paid_minor', a.paid_minor) ORDER BY a.position)
   FROM payment_allocations a WHERE a.payment_id = payments.id AND a.workspace_id = $1) AS invoices
FROM payments WHERE workspace_id = $1 AND id = $2
"""


@router.get("", guard=allow("money.view"), response_model=Page[AttemptRead])
async def list_payments(read: Reader, query: Annotated[AttemptsQuery, Query()]) -> Response:
    """The attempts to pay, the newest first: of an invoice, or of all. An attempt for several invoices has a row for
    each. None of an invoice that the caller may not see."""
    return json_response(await listing.list_payments(read, query))


@router.post(
    "",
    guard=allow("invoice.pay"),
    status_code=201,
    problems=(NotFound, InvoiceNotOpen, PaymentUnderWay, ForeignReturnUrl, PaymentsNotSetUp, PayingIsOff),
)
async def start_payment(
    body: PaymentCreate, session: Session, access: CurrentAccess, settings: CurrentSettings, now: RealNow, once: Once
) -> PaymentRead:
    """Begin to pay invoices of one bill group, or parts of them. ``pay_url`` leads to the gateway's page. While an
    attempt to pay the same waits, it is returned again."""
    # (L15)

    async def start() -> PaymentRead:
        return_url = Links.of(settings).check_return_url(body.return_url)
        shares = [Share(each.invoice_id, each.amount_minor) for each in body.invoices]
        gateway = gateway_name(settings)
        begun = await service.start_payment(
            session, settings, gateway, access.workspace_id, shares, return_url, now=now
        )
        said = {name: getattr(begun.payment, name) for name in PaymentRead.model_fields if name != "invoices"}
        return PaymentRead(**said, invoices=[AllocationRead.model_validate(each) for each in begun.allocations])

    return await once(body, PaymentRead, start)


@router.get("/{payment_id}", guard=allow("invoice.pay"), response_model=PaymentRead)
async def get_payment(payment_id: UUID, read: Reader) -> Response:
    """One payment and its state."""
    row = await read.fetchrow(PAYMENT, read.access.workspace_id, payment_id)
    if row is None:
        raise NotFound("There is no such payment.")
    return json_response(dict(row.items()) | {"invoices": orjson.loads(row["invoices"] or "[]")})
