from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.billing.price_previews.schemas import SAYS_NUMBERS, Numbers, numbers_of
from services.billing.settings import CurrentSettings
from services.billing.subscription_previews import service
from services.billing.subscription_previews.schemas import ChangePreviewRead, EndPreviewRead
from services.billing.subscription_previews.service import PlanDoesNotFit, SubscriptionHasEnded
from shared.auth import Router, allow
from shared.clock import Now
from shared.errors import NotFound
from shared.pages import json_response
from shared.reads import Reader

router = Router("billing", "subscription-previews")


@router.get(
    "/change",
    guard=allow("money.view"),
    response_model=ChangePreviewRead,
    problems=(NotFound, PlanDoesNotFit, SubscriptionHasEnded),
)
async def preview_change(
    read: Reader,
    settings: CurrentSettings,
    now: Now,
    service_id: UUID,
    plan_version_id: UUID,
    quantity: Annotated[int, Query(ge=1, le=1000)],
    number: Annotated[Numbers, Query(description=SAYS_NUMBERS)] = (),
) -> Response:
    """What another plan, quantity or configuration of a service would cost from today on. Nothing is paid at once: the
    next invoice has the new price and what is given back of the former one, by the arithmetic of the billing run."""
    wanted = service.Wanted(plan_version_id, quantity, numbers_of(number))
    return json_response(await service.preview_change(read, settings, service_id, wanted, now=now))


@router.get("/end", guard=allow("money.view"), response_model=EndPreviewRead, problems=(NotFound, SubscriptionHasEnded))
async def preview_end(read: Reader, settings: CurrentSettings, now: Now, service_id: UUID) -> Response:
    """What ending the subscription of a service would mean, today or at the end of its period."""
    return json_response(await service.preview_end(read, settings, service_id, now=now))
