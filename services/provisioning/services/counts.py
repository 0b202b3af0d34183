"""Counts of a workspace's ports, virtual circuits and cloud connections (P7, P8, P9, D8)."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.products.models import Product
from services.provisioning.services.models import Service, ServiceCounts
from services.provisioning.states import ServiceState
from shared.events.provisioning import ServiceCountsChanged
from shared.outbox import emit
from shared.reads import ScopedReads


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(Service.quantity).filter(condition), 0)


def count_by_workspace() -> Select[UUID, int, int, int]:
    """Counts active services by quantity. A hosted cloud connection includes a virtual circuit; a dedicated one counts
    as a port only if its product says so (D8)."""
    is_port = or_(Product.kind == "port", Product.is_also_port)
    has_circuit = or_(Product.kind == "virtual_circuit", Product.connection == "hosted")
    is_cloud = Product.kind == "cloud_connection"
    return (
        select(Service.workspace_id, _number_of(is_port), _number_of(has_circuit), _number_of(is_cloud))
        .join(Product, Product.id == Service.product_id)
        .where(Service.state == ServiceState.active)
        .group_by(Service.workspace_id)
    )


async def refresh_counts(session: AsyncSession, workspace_id: UUID) -> None:
    """Recount after a service was added or removed, and publish `ServiceCountsChanged` if a count changed.

    The row is locked before the services are counted, so that concurrent changes are both counted.
    """
    await session.execute(insert(ServiceCounts).values(workspace_id=workspace_id).on_conflict_do_nothing())
    counts = await session.get_one(ServiceCounts, workspace_id, with_for_update=True)
    row = (await session.execute(count_by_workspace().where(Service.workspace_id == workspace_id))).one_or_none()
    _, ports, virtual_circuits, cloud_connections = row or (workspace_id, 0, 0, 0)
    before = counts.ports, counts.virtual_circuits, counts.cloud_connections
    if before == (ports, virtual_circuits, cloud_connections):
        return
    counts.ports, counts.virtual_circuits, counts.cloud_connections = ports, virtual_circuits, cloud_connections
    counts.version += 1
    changed = ServiceCountsChanged(
        workspace_id=workspace_id, subject_version=counts.version,
        ports=counts.ports, virtual_circuits=counts.virtual_circuits, cloud_connections=counts.cloud_connections,
    )  # fmt: skip
    await emit(session, changed)


COUNTS = "SELECT ports, virtual_circuits, cloud_connections FROM service_counts WHERE workspace_id = $1"
NOTHING = {"ports": 0, "virtual_circuits": 0, "cloud_connections": 0}


async def get_counts(read: ScopedReads) -> dict[str, Any]:
    """A hot read. A workspace without services, or a visitor of a bill group, has no row."""
    row = await read.fetchrow(COUNTS, read.access.workspace_id)
    return dict(row.items()) if row else NOTHING
