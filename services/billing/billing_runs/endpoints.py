from uuid import UUID

from fastapi import Response

from services.billing.billing_runs import parked
from services.billing.billing_runs.schemas import ParkedGroupRead
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
from shared.pages import Cursor, Limit, Page, page_response
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
    await parked.bill_again(session, bill_group_id, access.user_id)
