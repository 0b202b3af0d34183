from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.billing.price_previews import service
from services.billing.price_previews.schemas import SAYS_NUMBERS, Numbers, PricePreviewRead, numbers_of
from services.billing.settings import CurrentSettings
from shared.auth import Router, allow
from shared.errors import NotFound
from shared.pages import json_response
from shared.reads import Reader

router = Router("billing", "price-previews")


@router.get("", guard=allow("money.view"), response_model=PricePreviewRead, problems=(NotFound,))
async def preview_price(
    read: Reader,
    settings: CurrentSettings,
    plan_version_id: UUID,
    quantity: Annotated[int, Query(ge=1, le=1000)] = 1,
    number: Annotated[Numbers, Query(description=SAYS_NUMBERS)] = (),
) -> Response:
    """What this many would cost at a plan's prices: per interval and once, with tax. Invoices have the same amounts."""
    found = await service.preview_price(
        read, plan_version_id, quantity=quantity, numbers=numbers_of(number), tax_percent=settings.tax_percent
    )
    return json_response(found)
