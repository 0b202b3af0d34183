"""Provisioning: the catalogue, orders and their steps, services."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from services.portal.clients.acknowledging import Acknowledging
from services.portal.clients.agreeing import Agreeing, Order, below
from services.portal.clients.asset_imports import EnteringAssets
from services.portal.clients.catalogue import Catalogue, ProductName, ProductSummary
from services.portal.clients.credentials import Resetting
from services.portal.clients.downloads import Downloading
from services.portal.clients.http import Answer, CountedPage, Page
from services.portal.clients.infrastructure import Infrastructure
from services.portal.clients.licences import Licensing
from services.portal.clients.locations import Locating, LocationName
from services.portal.clients.manual_tasks import WorkingByHand
from services.portal.clients.of_all_workspaces import (
    CustomerOrder,
    CustomerOrderCounts,
    FailedWork,
    ListedOrder,
    VerbFilter,
)
from services.portal.clients.operations import LatestOperation, Operating
from services.portal.clients.ordering import Ordering
from services.portal.clients.own_accounts import OwnOrders
from services.portal.clients.own_data import Keeping
from services.portal.clients.releases import Releasing
from services.portal.clients.sending import Streamed
from services.portal.work import said
from shared.events.provisioning import ServiceKind

KindFilter = ServiceKind | Literal[""]
"""A filter by kind; empty: all."""
StateFilter = Literal[
    "", "requested", "provisioning", "active", "failed", "changing", "suspended", "deleting", "deleted"
]
OrderFilter = Literal[
    "", "awaiting_approval", "awaiting_acknowledgement", "placed", "provisioning", "fulfilled", "failed", "refused",
    "returned", "withdrawn", "scheduled", "undone", "cancelled",
]  # fmt: skip
"""Filters by state; empty: all."""
ServiceSort = Literal["", "requested_at", "name"]
OrderSort = Literal["", "placed_at"]
"""Empty: the service's own."""


class Ordered(Answer):
    product: ProductName
    display_name: str

    @property
    def called(self) -> str:
        """What was ordered, by the name that it was given, and its product where that is another."""
        product = self.product.display_name
        return product if self.display_name == product else f"{self.display_name}, {product}"


class OrderSummary(Ordered):
    """An order in a list. It is at step ``step`` of ``steps``; None until it is placed."""

    id: UUID
    number: str
    kind: str
    state: str
    quantity: int
    step: int | None
    steps: int | None
    service_id: UUID | None
    placed_by_address: str | None
    placed_via: str
    placed_at: datetime


class FailedOrder(Ordered):
    """A failed order of any workspace, as the provider's staff see it."""

    id: UUID
    number: str
    workspace_id: UUID
    customer_name: str | None
    step: int
    steps: int
    failure: str
    failure_code: str | None = None
    failure_values: dict[str, int | str] = Field(default_factory=dict)
    failed_at: datetime
    placed_by_address: str | None
    placed_via: str

    @property
    def why(self) -> str:
        """Why it failed, in the reader's language."""
        return said(self.failure, self.failure_code, self.failure_values)


class Service(Answer):
    id: UUID
    kind: str
    display_name: str
    state: str
    product: ProductName
    configuration: dict[str, Any] | None
    """None where what is stored cannot be read."""
    quantity: int
    order_id: UUID
    bill_group_id: UUID | None = None
    """Which pays for it."""
    requested_at: datetime
    provisioned_at: datetime | None
    plan_version_id: UUID
    suspended_for: list[str]
    """Why it is to be suspended; empty: it is to work."""
    cancelled_by: UUID | None
    """The order that cancels it at the end of its period."""
    ends_on: date | None
    labels: list[str]
    location: LocationName | None = None
    """Where it is deployed."""
    serial_numbers: list[str] = Field(default_factory=list)
    """Of an asset."""
    condition: str | None = None
    """Of an asset: ``new``, ``good``, ``worn`` or ``damaged``."""
    photo_digest: str | None = None
    """Names the photo of an asset; None: there is none."""
    part_of: UUID | None
    """The service that it belongs to, and ends with."""
    whole_name: str | None
    """The name of that service."""
    brought: bool
    """Whether it was ordered along with that service, and ends with it alone."""
    operation: LatestOperation | None
    """None while it waits for the service that it came along with."""

    @property
    def is_add_on(self) -> bool:
        """Whether it was added to another service."""
        return self.part_of is not None and not self.brought

    @property
    def change_permission(self) -> str:
        """What changing it takes."""
        return "add_on.configure" if self.is_add_on else "service.change"

    @property
    def cancel_permission(self) -> str:
        """What cancelling it takes, and undoing that."""
        return "add_on.configure" if self.is_add_on else "service.delete"


class ServiceDetail(Service):
    verbs: list[str]
    """What its driver can do with it."""
    by_hand: bool = False
    """Whether people do the work on it. It can be moved then."""
    may_pause: bool
    """Whether its plan allows that its contract rests while it is suspended."""


class Parts(Answer):
    parts: list[Service]
    """What belongs to a service, and is not deleted."""
    add_ons: list[ProductSummary]
    """What can be added to it."""


class Counts(Answer):
    ports: int
    virtual_circuits: int
    cloud_connections: int


@dataclass(frozen=True)
class Provisioning(
    Operating, Resetting, Catalogue, Agreeing, Acknowledging, Infrastructure, Locating, EnteringAssets, WorkingByHand,
    Keeping, OwnOrders, Ordering,
    Licensing, Releasing, Downloading,
):  # fmt: skip
    async def orders(
        self, *, q: str = "", state: OrderFilter = "", sort: OrderSort = "", descending: bool | None = None,
        count: bool = False, cursor: str = "", limit: int = 50,
    ) -> CountedPage[OrderSummary]:  # fmt: skip
        query = {"q": q, "state": state, "sort": sort, "descending": descending, "count": count}
        return await self.api.get("/orders", CountedPage[OrderSummary], **query, cursor=cursor, limit=limit)

    async def order(self, order_id: UUID) -> Order:
        return await self.api.get(f"/orders/{order_id}", Order)

    async def approve_order(
        self, order_id: UUID, plan_version_id: UUID, brought: Sequence[UUID], term_ends_on: date | None, key: str
    ) -> Order:
        """At the prices of the plan version and of what comes along, and of a renewal from the end of the term on, that
        were shown."""
        body = {
            "plan_version_id": str(plan_version_id),
            "brought_plan_version_ids": [str(each) for each in brought],
            "term_ends_on": term_ends_on and term_ends_on.isoformat(),
        }
        return await self.api.post(f"/orders/{order_id}/approve", Order, body, key=key)

    async def refuse_order(self, order_id: UUID, reason: str) -> Order:
        return await self.api.post(f"/orders/{order_id}/refuse", Order, {"reason": reason})

    async def withdraw_order(self, order_id: UUID, *, add_on: bool) -> Order:
        return await self.api.post(f"{below(add_on)}/orders/{order_id}/withdraw", Order)

    async def failed_orders(self, *, cursor: str = "", limit: int = 50) -> Page[FailedOrder]:
        return await self.api.get("/failed-orders", Page[FailedOrder], cursor=cursor, limit=limit)

    async def all_orders(
        self, *, q: str = "", state: OrderFilter = "", cursor: str = "", limit: int = 50
    ) -> Page[ListedOrder]:
        asked = {"q": q, "state": state, "cursor": cursor, "limit": limit}
        return await self.api.get("/all-orders", Page[ListedOrder], **asked)

    async def customer_orders(
        self, *, q: str = "", state: OrderFilter = "", sort: Literal["placed_at"] = "placed_at",
        descending: bool = True, cursor: str = "", limit: int = 50,
    ) -> Page[CustomerOrder]:  # fmt: skip
        asked = {"q": q, "state": state, "sort": sort, "descending": descending, "cursor": cursor, "limit": limit}
        return await self.api.get("/customer-orders", Page[CustomerOrder], **asked)

    async def customer_order_counts(self) -> CustomerOrderCounts:
        return await self.api.get("/customer-orders/counts", CustomerOrderCounts)

    async def failed_work(self, *, verb: VerbFilter = "", cursor: str = "", limit: int = 50) -> Page[FailedWork]:
        return await self.api.get("/failed-work", Page[FailedWork], verb=verb, cursor=cursor, limit=limit)

    async def retry_order(self, order_id: UUID, key: str) -> Order:
        return await self.api.post(f"/orders/{order_id}/retry", Order, key=key)

    async def services(
        self, *, q: str = "", kind: KindFilter = "", state: StateFilter = "", sort: ServiceSort = "",
        descending: bool | None = None, count: bool = False, cursor: str = "", limit: int = 50,
        location_id: UUID | None = None,
    ) -> CountedPage[Service]:  # fmt: skip
        query = {"q": q, "kind": kind, "state": state, "sort": sort, "descending": descending, "count": count,
                 "location_id": location_id}  # fmt: skip
        return await self.api.get("/services", CountedPage[Service], **query, cursor=cursor, limit=limit)

    async def service(self, service_id: UUID) -> ServiceDetail:
        return await self.api.get(f"/services/{service_id}", ServiceDetail)

    def asset_photo(self, service_id: UUID) -> AbstractAsyncContextManager[Streamed]:
        return self.api.stream(f"/assets/{service_id}/photo")

    async def parts(self, service_id: UUID) -> Parts:
        return await self.api.get(f"/parts/{service_id}", Parts)

    async def placed_services(
        self, *, site_id: UUID | None = None, kind: KindFilter = "", state: StateFilter = "", descending: bool = True,
        count: bool = False, cursor: str = "", limit: int = 50,
    ) -> CountedPage[Service]:  # fmt: skip
        """At a site; without one, those that run at none."""
        query = {"kind": kind, "state": state, "descending": descending, "count": count, "cursor": cursor}
        return await self.api.get("/placements/services", CountedPage[Service], site_id=site_id, **query, limit=limit)

    async def rename_service(self, service_id: UUID, display_name: str) -> None:
        await self.api.patch(f"/services/{service_id}", type(None), {"display_name": display_name})

    async def label_service(self, service_id: UUID, labels: Sequence[str]) -> None:
        await self.api.put(f"/services/{service_id}/labels", type(None), {"labels": list(labels)})

    async def counts(self) -> Counts:
        return await self.api.get("/services/counts", Counts)
