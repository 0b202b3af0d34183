"""The lists of provisioning that can be exported."""

from services.provisioning.all_orders.schemas import AllOrdersFilters
from services.provisioning.all_orders.service import list_all_orders
from services.provisioning.customer_orders.schemas import CustomerOrdersFilters
from services.provisioning.customer_orders.service import list_customer_orders
from services.provisioning.failed_orders.service import list_failed_orders
from services.provisioning.failed_work.schemas import FailedWorkFilters
from services.provisioning.failed_work.service import list_failed_work
from services.provisioning.orders.listing import list_orders
from services.provisioning.orders.schemas import OrdersQuery
from services.provisioning.services.schemas import ServicesQuery
from services.provisioning.services.service import list_services
from shared.events.provisioning import ExportDownloaded, ExportMade
from shared.exports import Asked, Column, ExportList, Exports, NoFilters, Page, as_listed
from shared.language import mark
from shared.pages import page_of


async def failed_orders(asked: Asked[NoFilters], cursor: str | None, limit: int) -> Page:
    rows = await list_failed_orders(asked.reads, cursor=cursor, limit=limit)
    return page_of(rows, limit, ("failed_at", "id"))


async def all_orders(asked: Asked[AllOrdersFilters], cursor: str | None, limit: int) -> Page:
    rows = await list_all_orders(asked.reads, asked.filters, cursor=cursor, limit=limit)
    return page_of(rows, limit, ("placed_at", "id"))


async def customer_orders(asked: Asked[CustomerOrdersFilters], cursor: str | None, limit: int) -> Page:
    rows = await list_customer_orders(asked.reads, asked.filters, cursor=cursor, limit=limit)
    return page_of(rows, limit, ("placed_at", "id"))


async def failed_work(asked: Asked[FailedWorkFilters], cursor: str | None, limit: int) -> Page:
    rows = await list_failed_work(asked.reads, asked.filters, cursor=cursor, limit=limit)
    return page_of(rows, limit, ("failed_at", "id"))


SERVICES = ExportList(
    "services",
    "service.view",
    ServicesQuery,
    (
        Column(mark("Id"), "id"),
        Column(mark("Service"), "display_name"),
        Column(mark("Kind"), "kind"),
        Column(mark("State"), "state"),
        Column(mark("Product"), "product.display_name"),
        Column(mark("Quantity"), "quantity"),
        Column(mark("Configuration"), "configuration"),
        Column(mark("Order id"), "order_id"),
        Column(mark("Bill group id"), "bill_group_id"),
        Column(mark("Requested"), "requested_at"),
        Column(mark("Provisioned"), "provisioned_at"),
    ),
    as_listed(list_services),
)
ORDERS = ExportList(
    "orders",
    "service.view",
    OrdersQuery,
    (
        Column(mark("Id"), "id"),
        Column(mark("Order number"), "number"),
        Column(mark("State"), "state"),
        Column(mark("Product"), "product.display_name"),
        Column(mark("Service"), "display_name"),
        Column(mark("Quantity"), "quantity"),
        Column(mark("Step"), "step"),
        Column(mark("Steps"), "steps"),
        Column(mark("Service id"), "service_id"),
        Column(mark("Placed by"), "placed_by_address"),
        Column(mark("Placed via"), "placed_via"),
        Column(mark("Placed"), "placed_at"),
    ),
    as_listed(list_orders),
)
FAILED_ORDERS = ExportList(
    "failed-orders",
    "order.retry",
    NoFilters,
    (
        Column(mark("Id"), "id"),
        Column(mark("Order number"), "number"),
        Column(mark("Customer"), "customer_name"),
        Column(mark("Customer id"), "workspace_id"),
        Column(mark("Product"), "product.display_name"),
        Column(mark("Service"), "display_name"),
        Column(mark("Reason"), "failure"),
        Column(mark("Step"), "step"),
        Column(mark("Steps"), "steps"),
        Column(mark("Placed by"), "placed_by_address"),
        Column(mark("Placed via"), "placed_via"),
        Column(mark("Failed"), "failed_at"),
    ),
    failed_orders,
)
ALL_ORDERS = ExportList(
    "all-orders",
    "work.view",
    AllOrdersFilters,
    (
        Column(mark("Id"), "id"),
        Column(mark("Order number"), "number"),
        Column(mark("Customer"), "customer_name"),
        Column(mark("Customer id"), "workspace_id"),
        Column(mark("State"), "state"),
        Column(mark("Product"), "product.display_name"),
        Column(mark("Quantity"), "quantity"),
        Column(mark("Placed by"), "placed_by_address"),
        Column(mark("Placed via"), "placed_via"),
        Column(mark("Placed"), "placed_at"),
    ),
    all_orders,
)
CUSTOMER_ORDERS = ExportList(
    "customer-orders",
    "customer.list",
    CustomerOrdersFilters,
    ALL_ORDERS.columns,
    customer_orders,
    own=True,
)
FAILED_WORK = ExportList(
    "failed-work",
    "work.view",
    FailedWorkFilters,
    (
        Column(mark("Id"), "id"),
        Column(mark("Customer"), "customer_name"),
        Column(mark("Customer id"), "workspace_id"),
        Column(mark("Service"), "display_name"),
        Column(mark("Service id"), "service_id"),
        Column(mark("Work"), "verb"),
        Column(mark("Reason"), "failure"),
        Column(mark("Step"), "step"),
        Column(mark("Steps"), "steps"),
        Column(mark("Begun by"), "begun_by_address"),
        Column(mark("Begun via"), "begun_via"),
        Column(mark("Failed"), "failed_at"),
    ),
    failed_work,
)
EXPORTS = Exports(
    "provisioning",
    (SERVICES, ORDERS, ALL_ORDERS, CUSTOMER_ORDERS, FAILED_ORDERS, FAILED_WORK),
    ExportMade,
    ExportDownloaded,
)
