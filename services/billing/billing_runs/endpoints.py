from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.billing.billing_runs import parked, previews
from services.billing.billing_runs.schemas import ParkedGroupRead, RunPreviewRead
from services.billing.settings import CurrentSettings, Today
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session
from shared.errors import Invalid
from shared.pages import Cursor, Limit, Page, json_response, page_response
from shared.reads import Reader

router = Router("billing", "billing-runs")


@router.get("/parked", guard=allow("billing_run.view"), response_model=Page[ParkedGroupRead])
async def list_parked_groups(read: Reader, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The bill groups of all workspaces that are not billed because their next invoice does not hold, the newest
    first, for the provider's staff."""
    rows = await parked.list_parked(read, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("parked_at", "id"))


@router.post("/parked/{bill_group_id}/retry", guard=allow("billing_run.retry"), status_code=204)
async def retry_parked_group(bill_group_id: UUID, session: Session, access: CurrentAccess) -> None:
    """Let the next billing run bill a parked group of any workspace again."""
    await parked.bill_again(session, bill_group_id, access)


@router.get("/preview", guard=allow("billing_run.view"), response_model=RunPreviewRead, problems=(Invalid,))
async def preview_billing_run(
    read: Reader, now: Now, today: Today, settings: CurrentSettings,
    until: Annotated[date | None, Query(description="The last day, by default today; at most 62 days ahead")] = None,
    cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=50)] = 50,
) -> Response:  # fmt: skip
    """What the billing run would bill up to a day: each due bill group of all workspaces with its next billing date,
    what its invoice comes to, or why it would be left out. Nothing is written. For the provider's staff."""
    day = previews.until_day(until, today)
    return json_response(await previews.preview_run(read, settings, until=day, now=now, cursor=cursor, limit=limit))
