from uuid import UUID

from services.billing.invoices.service import find_invoice
from services.billing.payments import service
from services.billing.payments.models import Payment
from services.billing.payments.schemas import PaymentCreate, PaymentRead
from services.billing.payments.simulator import gateway_of
from services.billing.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.idempotency import Once

router = Router("billing", "payments")


@router.post("", guard=allow("invoice.pay"), status_code=201)
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


@router.get("/{payment_id}", guard=allow("invoice.pay"))
async def get_payment(payment_id: UUID, session: Session, access: CurrentAccess) -> PaymentRead:
    """One payment and its state."""
    return PaymentRead.model_validate(await service.get_payment(session, access.workspace_id, payment_id))
