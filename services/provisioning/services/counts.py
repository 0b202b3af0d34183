"""Counts of a workspace's ports, virtual circuits and cloud connections (P7, P8, P9, D8).

They are kept in a row per workspace, to which each change adds its difference, so that a change costs the same however
many services there are. `portico verify` compares the rows with the full count.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
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
         coalesce(sum(s.quantity) FILTER (WHERE p.kind = 'virtual_circuit' OR p.connection = 'hosted'
                  AND NOT EXISTS (SELECT FROM services c WHERE c.part_of = s.id AND c.brought
                                     AND c.kind = 'virtual_circuit')), 0) AS circuits,
         coalesce(sum(s.quantity) FILTER (WHERE p.kind = 'cloud_connection'), 0) AS clouds
  FROM services s JOIN products p ON p.id = s.product_id
  WHERE s.provisioned_at IS NOT NULL AND s.state <> 'deleted' GROUP BY 1)
SELECT workspace_id::text FROM counted FULL JOIN service_counts kept USING (workspace_id)
WHERE (coalesce(counted.ports, 0), coalesce(counted.circuits, 0), coalesce(counted.clouds, 0))
   <> (coalesce(kept.ports, 0), coalesce(kept.virtual_circuits, 0), coalesce(kept.cloud_connections, 0))
ORDER BY 1"""
"""The workspaces whose row is not the count of the services that they have: provisioned, and not deleted."""


def counts_of(product: Product, quantity: int, *, circuit: bool = False) -> dict[str, int]:
    """What a service adds to each count, by its quantity. A hosted cloud connection includes a virtual circuit, unless
    it brought that as a service of its own (``circuit``), which counts by itself; a dedicated one counts as a port only
    if its product says so (D8)."""
    counted = {
        "ports": product.kind == "port" or product.is_also_port,
        "virtual_circuits": product.kind == "virtual_circuit" or (product.connection == "hosted" and not circuit),
        "cloud_connections": product.kind == "cloud_connection",
    }
    return {name: quantity for name, counts in counted.items() if counts and quantity}


async def brings_a_circuit(session: AsyncSession, service: Service, product: Product) -> bool:
    """Whether a hosted cloud connection brought its virtual circuit as a service of its own."""
    if product.connection != "hosted":
        return False
    circuits = Service.part_of == service.id, Service.brought, Service.kind == "virtual_circuit"
    return await session.scalar(select(Service.id).where(*circuits).limit(1)) is not None


async def count_service(session: AsyncSession, service: Service, product: Product, *, times: int = 1) -> None:
    """Add a service that has become active to its workspace's counts, or with ``times=-1`` take one away that no longer
    is, and publish `ServiceCountsChanged` if a count changed. The row stays locked until the commit."""
    circuit = await brings_a_circuit(session, service, product)
    counted = counts_of(product, times * service.quantity, circuit=circuit)
    for changed in await add_to_counts(session, service.workspace_id, [counted]):
        if changed:
            await emit(session, changed)


async def add_to_counts(
    session: AsyncSession, workspace_id: UUID, changes: Sequence[Mapping[str, int]]
) -> list[ServiceCountsChanged | None]:
    """Add what each change of several adds to the workspace's counts (`counts_of`), in one statement. Returns the event
    of each, as if they had been made one after the other, or None where nothing changed; the caller emits them. The row
    stays locked until the commit."""
    counted = [change for change in changes if change]
    if not counted:
        return [None for _ in changes]
    added = {name: sum(change.get(name, 0) for change in counted) for name in NOTHING}
    first = insert(ServiceCounts).values(workspace_id=workspace_id, version=1 + len(counted), **added)
    more: dict[str, Any] = {name: getattr(ServiceCounts, name) + number for name, number in added.items()}
    kept = first.on_conflict_do_update(
        index_elements=["workspace_id"], set_=more | {"version": ServiceCounts.version + len(counted)}
    )
    counts = (await session.execute(kept.returning(*ServiceCounts.__table__.columns))).one()
    version, now = counts.version - len(counted), {name: getattr(counts, name) - added[name] for name in NOTHING}
    events: list[ServiceCountsChanged | None] = []
    for change in changes:
        version += bool(change)
        now = {name: number + change.get(name, 0) for name, number in now.items()}
        changed = ServiceCountsChanged(workspace_id=workspace_id, subject_version=version, **now)
        events.append(changed if change else None)
    return events


COUNTS = "SELECT ports, virtual_circuits, cloud_connections FROM service_counts WHERE workspace_id = $1"
NOTHING = {"ports": 0, "virtual_circuits": 0, "cloud_connections": 0}


async def get_counts(read: ScopedReads) -> dict[str, Any]:
    """A hot read. A workspace without services, or a visitor of a bill group, has no row."""
    row = await read.fetchrow(COUNTS, read.access.workspace_id)
    return dict(row.items()) if row else NOTHING
