from uuid import UUID

from services.provisioning.asset_imports import service
from services.provisioning.asset_imports.schemas import AssetsImport, AssetsImported
from services.provisioning.locations.importing import RowsRefused
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.sellers import acting_for

router = Router("provisioning", "asset-imports")

GUARD = allow("work.fulfil")


@router.post("/{workspace_id}/check", guard=GUARD, problems=(NotFound,))
async def check_import(
    workspace_id: UUID, body: AssetsImport, session: Session, access: CurrentAccess, now: Now
) -> AssetsImported:
    """What an import of these rows for a customer would do with each of them, and all that is wrong with them. Changes
    nothing."""
    async with acting_for(session, access, workspace_id):
        return await service.check_import(session, workspace_id, body.rows, now=now)


@router.post("/{workspace_id}", guard=GUARD, problems=(NotFound, RowsRefused))
async def import_assets(
    workspace_id: UUID, body: AssetsImport, session: Session, access: CurrentAccess, now: Now, once: Once
) -> AssetsImported:
    """Enter assets that are deployed at a customer already, all or none. Each is an order that is fulfilled at once, at
    the newest price of its plan, and billed from now on. A row whose asset is there already is left as it is."""

    async def enter() -> AssetsImported:
        async with acting_for(session, access, workspace_id):
            return await service.import_assets(session, workspace_id, body.rows, now=now)

    return await once(body, AssetsImported, enter)
