"""Counts of a workspace's ports, virtual circuits and cloud connections (P7, P8, P9, D8).

They are kept in a row per workspace, to which each change adds its difference, so that a change costs the same however
many services there are. `portico verify` compares the rows with the full count.
"""

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.products.models import Product
from services.provisioning.services.models import Service, ServiceCounts
from shared.events.provisioning import ServiceCountsChanged
from shared.outbox import emit
from shared.reads import ScopedReads

WRONG = """
WITH counted AS (
  SELECT s.workspace_id,
         coalesce(sum(s.quantity) FILTER (WHERE p.kind = 'port' OR p.is_also_port), 0) AS ports,
         coalesce(sum(s.quantity) FILTER (WHERE p.kind = 'virtual_circuit' OR p.connection = 'hosted'), 0) AS circuits,
         coalesce(sum(s.quantity) FILTER (WHERE p.kind = 'cloud_connection'), 0) AS clouds
  FROM services s JOIN products p ON p.id = s.product_id WHERE s.state = 'active' GROUP BY 1)
SELECT workspace_id::text FROM counted FULL JOIN service_counts kept USING (workspace_id)
WHERE (coalesce(counted.ports, 0), coalesce(counted.circuits, 0), coalesce(counted.clouds, 0))
   <> (coalesce(kept.ports, 0), coalesce(kept.virtual_circuits, 0), coalesce(kept.cloud_connections, 0))
ORDER BY 1"""
"""The workspaces whose row is not the count of their active services."""


def counts_of(product: Product, quantity: int) -> dict[str, int]:
    """What a service adds to each count, by its quantity. A hosted cloud connection includes a virtual circuit; a
    dedicated one counts as a port only if its product says so (D8)."""
    counted = {
        "ports": product.kind == "port" or product.is_also_port,
        "virtual_circuits": product.kind == "virtual_circuit" or product.connection == "hosted",
        "cloud_connections": product.kind == "cloud_connection",
    }
    return {name: quantity for name, counts in counted.items() if counts}


async def count_service(session: AsyncSession, service: Service, product: Product, *, times: int = 1) -> None:
    """Add a service that has become active to its workspace's counts, or with ``times=-1`` take one away that no longer
    is, and publish `ServiceCountsChanged` if a count changed. The row stays locked until the commit."""
    added = counts_of(product, times * service.quantity)
    if not added:
        return
    first = insert(ServiceCounts).values(workspace_id=service.workspace_id, version=2, **added)
    more: dict[str, Any] = {name: getattr(ServiceCounts, name) + number for name, number in added.items()}
    kept = first.on_conflict_do_update(
        index_elements=["workspace_id"], set_=more | {"version": ServiceCounts.version + 1}
    )
    counts = (await session.execute(kept.returning(*ServiceCounts.__table__.columns))).one()
    changed = ServiceCountsChanged(
        workspace_id=service.workspace_id, subject_version=counts.version,
        ports=counts.ports, virtual_circuits=counts.virtual_circuits, cloud_connections=counts.cloud_connections,
    )  # fmt: skip
    await emit(session, changed)


COUNTS = "SELECT ports, virtual_circuits, cloud_connections FROM service_counts WHERE workspace_id = $1"
NOTHING = {"ports": 0, "virtual_circuits": 0, "cloud_connections": 0}


async def get_counts(read: ScopedReads) -> dict[str, Any]:
    """A hot read. A workspace without services, or a visitor of a bill group, has no row."""
    row = await read.fetchrow(COUNTS, read.access.workspace_id)
    return dict(row.items()) if row else NOTHING
