from typing import Annotated

from fastapi import Query, Response

from services.billing.subscriptions import listing
from services.billing.subscriptions.schemas import SubscriptionRead, SubscriptionsQuery
from shared.auth import Router, allow
from shared.pages import CountedPage, json_response
from shared.reads import Reader

router = Router("billing", "subscriptions")


@router.get("", guard=allow("money.view"), response_model=CountedPage[SubscriptionRead])
async def list_subscriptions(read: Reader, query: Annotated[SubscriptionsQuery, Query()]) -> Response:
    """The subscriptions, newest first, with their prices and billing clocks."""
    return json_response(await listing.list_subscriptions(read, query))
