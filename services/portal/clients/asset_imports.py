"""Provisioning: assets that are deployed at a customer already, entered by the provider's staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.portal.clients.exports import Exporting
from services.portal.clients.importing import Imported


class AssetRow(BaseModel):
    serial_number: str
    product: str
    """By name or key."""
    plan: str
    """By name; empty: its only one."""
    location: str
    """By name."""
    display_name: str
    condition: str


@dataclass(frozen=True)
class EnteringAssets(Exporting):
    async def check_asset_import(self, customer_id: UUID, rows: Sequence[AssetRow]) -> Imported:
        """What `import_assets` would do."""
        return await self.api.post(f"/asset-imports/{customer_id}/check", Imported, _rows(rows))

    async def import_assets(self, customer_id: UUID, rows: Sequence[AssetRow], key: str) -> Imported:
        return await self.api.post(f"/asset-imports/{customer_id}", Imported, _rows(rows), key=key)


def _rows(rows: Sequence[AssetRow]) -> dict[str, Any]:
    return {"rows": [{name: value for name, value in row.model_dump().items() if value} for row in rows]}
