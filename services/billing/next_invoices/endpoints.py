from uuid import UUID

from fastapi import Response

from services.billing.next_invoices.schemas import NextInvoiceRead
from services.billing.next_invoices.service import estimate
from services.billing.settings import CurrentSettings
from shared.auth import Router, allow
from shared.clock import Now
from shared.errors import NotFound
from shared.pages import json_response
from shared.reads import Reader

router = Router("billing", "next-invoices")


@router.get("/{bill_group_id}", guard=allow("money.view"), response_model=NextInvoiceRead, problems=(NotFound,))
async def get_next_invoice(bill_group_id: UUID, read: Reader, now: Now, settings: CurrentSettings) -> Response:
    """The estimated next invoice of a bill group: its date, its amount with tax, and its lines."""  # (O4, O11)
    return json_response(await estimate(read, bill_group_id, settings, now=now))
