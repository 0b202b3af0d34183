"""Entering assets that are deployed already: what would become of each row, and entering all of them or none."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.asset_imports.rows import Row, compare
from services.provisioning.asset_imports.schemas import AssetRow, AssetsImported
from services.provisioning.assets.service import describe_asset
from services.provisioning.locations.importing import RowsRefused
from services.provisioning.orders.delivering import deliver_at_once
from services.provisioning.orders.service import check_order, new_order
from shared.errors import Conflict, Invalid
from shared.one_at_a_time import one_at_a_time


async def check_import(
    session: AsyncSession, workspace_id: UUID, given: Sequence[AssetRow], *, now: datetime
) -> AssetsImported:
    """What `import_assets` would do with each row, or why it would refuse it. Writes nothing."""
    return _result(await _checked(session, workspace_id, given, now), {})


async def import_assets(
    session: AsyncSession, workspace_id: UUID, given: Sequence[AssetRow], *, now: datetime
) -> AssetsImported:
    """Enter the asset of each row that is not there already, in the workspace's scope; all of them or none. Raises
    `RowsRefused`."""
    await one_at_a_time(session, f"imported assets of {workspace_id}")  # no serial number comes twice
    rows = await _checked(session, workspace_id, given, now)
    errors = [
        error | {"pointer": f"/rows/{place}{error['pointer']}"}
        for place, row in enumerate(rows)
        for error in row.errors
    ]
    if errors:
        raise RowsRefused("Nothing was imported. Correct these rows.", errors=errors)
    made: dict[int, UUID] = {}
    for place, row in enumerate(rows):
        if row.is_new and row.wanted and row.checked:
            order = new_order(session, row.wanted, row.checked, workspace_id, now)
            service = await deliver_at_once(session, order, row.checked, now=now)
            await describe_asset(session, service, row.asset, {})
            made[place] = service.id
    return _result(rows, made)


async def _checked(session: AsyncSession, workspace_id: UUID, given: Sequence[AssetRow], now: datetime) -> list[Row]:
    """The rows, each new one checked as an order."""
    rows = await compare(session, workspace_id, given)
    for row in rows:
        if row.is_new and row.wanted:
            try:
                row.checked = await check_order(session, workspace_id, row.wanted, now=now)
            except (Invalid, Conflict) as problem:
                row.refuse("product", "does_not_fit", problem.detail)
    return rows


def _result(rows: Sequence[Row], made: dict[int, UUID]) -> AssetsImported:
    results = [
        {"state": row.state, "id": row.there or made.get(place), "errors": row.errors} for place, row in enumerate(rows)
    ]
    states = [row.state for row in rows]
    counts = {state: states.count(state) for state in ("added", "there_already", "refused")}
    return AssetsImported.model_validate({"rows": results, **counts})
