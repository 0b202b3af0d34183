from services.billing.subscriptions import service
from services.billing.subscriptions.schemas import SubscriptionRead
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
from shared.pages import Cursor, Limit, Page

router = Router("billing", "subscriptions")


@router.get("", guard=allow("money.view"))
async def list_subscriptions(
    session: Session, access: CurrentAccess, cursor: Cursor = None, limit: Limit = 50
) -> Page[SubscriptionRead]:
    """The subscriptions, with their prices and billing clocks."""
    return await service.list_subscriptions(session, access.workspace_id, cursor=cursor, limit=limit)
