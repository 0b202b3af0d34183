from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.billing.settings import Today
from services.billing.subscriptions import listing, renewing
from services.billing.subscriptions.renewing import NotRenewable, TermChanged, TermTooLong
from services.billing.subscriptions.schemas import (
    Extension,
    Renewal,
    SubscriptionRead,
    SubscriptionsQuery,
    TermEnd,
    TermRead,
)
from shared.auth import CurrentAccess, Router, allow
from shared.auth.access import WorkspaceIsClosing
from shared.db import Session
from shared.errors import Invalid, NotFound, Unavailable
from shared.idempotency import Once
from shared.pages import CountedPage, json_response
from shared.reads import Reader

router = Router("billing", "subscriptions")


@router.get("", guard=allow("money.view"), response_model=CountedPage[SubscriptionRead])
async def list_subscriptions(read: Reader, query: Annotated[SubscriptionsQuery, Query()]) -> Response:
    """The subscriptions, newest first, with their prices and billing clocks."""
    return json_response(await listing.list_subscriptions(read, query))


REFUSED = (NotFound, NotRenewable, Unavailable)
NOT_LATER = (*REFUSED, WorkspaceIsClosing, TermChanged, TermTooLong)


@router.post("/{subscription_id}/renew", guard=allow("subscription.renew"), problems=NOT_LATER)
async def renew(
    subscription_id: UUID, body: Renewal, session: Session, access: CurrentAccess, today: Today, once: Once
) -> TermRead:
    """Let the minimum term end one term later than was shown."""  # (K2)

    async def work() -> TermRead:
        return await renewing.renew(session, access.workspace_id, subscription_id, body, today=today)

    return await once(body, TermRead, work)


@router.post("/{subscription_id}/extend", guard=allow("subscription.extend"), problems=(*NOT_LATER, Invalid))
async def extend(
    subscription_id: UUID, body: Extension, session: Session, access: CurrentAccess, today: Today, once: Once
) -> TermRead:
    """Let the minimum term end some months later than was shown: a multiple of the plan's term. It ends at most 60
    months from now."""  # (K2)

    async def work() -> TermRead:
        return await renewing.extend(session, access.workspace_id, subscription_id, body, today=today)

    return await once(body, TermRead, work)


@router.put("/{subscription_id}/at-term-end", guard=allow("subscription.renew"), problems=REFUSED)
async def choose_term_end(subscription_id: UUID, body: TermEnd, session: Session, access: CurrentAccess) -> TermRead:
    """Choose whether another term begins by itself at the end of the minimum term, or the subscription ends."""  # (K2)
    return await renewing.choose_term_end(session, access.workspace_id, subscription_id, body.at_term_end)
