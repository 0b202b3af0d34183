"""The lists of provisioning that can be exported."""

from services.provisioning.all_orders.schemas import AllOrdersFilters
from services.provisioning.all_orders.service import list_all_orders
from services.provisioning.customer_orders.schemas import CustomerOrdersFilters
from services.provisioning.customer_orders.service import list_customer_orders
from services.provisioning.failed_orders.service import list_failed_orders
from services.provisioning.failed_work.schemas import FailedWorkFilters
from services.provisioning.failed_work.service import list_failed_work
from services.provisioning.licences.listing import list_licences
from services.provisioning.licences.schemas import LicencesQuery
from services.provisioning.locations.listing import list_locations
from services.provisioning.locations.schemas import LocationsQuery
from services.provisioning.orders.listing import list_orders
from services.provisioning.orders.schemas import OrdersQuery
from services.provisioning.services.schemas import ServicesQuery
from services.provisioning.services.service import list_services
from shared.events.provisioning import ArchiveDownloaded, ArchiveRequested, ExportDownloaded, ExportMade
from shared.exports import ArchiveFile, Asked, Column, ExportList, Exports, NoFilters, Page, as_listed
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
        Column(mark("Location"), "location.display_name"),
        Column(mark("Labels"), "labels"),
        Column(mark("Serial numbers"), "serial_numbers"),
        Column(mark("Condition"), "condition"),
    ),
    as_listed(list_services),
    archived=(
        ArchiveFile("services", mark("The services and assets that the workspace has.")),
        ArchiveFile("deleted-services", mark("The services and assets that it had."), {"state": "deleted"}),
    ),
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
    archived=(ArchiveFile("orders", mark("All orders of the workspace.")),),
)
LOCATIONS = ExportList(
    "locations",
    "location.view",
    LocationsQuery,
    (
        Column(mark("Id"), "id"),
        Column(mark("Name"), "display_name"),
        Column(mark("Street"), "street"),
        Column(mark("Postal code"), "postal_code"),
        Column(mark("City"), "city"),
        Column(mark("Country"), "country"),
        Column(mark("Contact"), "contact_name"),
        Column(mark("Contact’s e-mail address"), "contact_address"),
        Column(mark("State"), "state"),
        Column(mark("Services"), "services"),
        Column(mark("Bill group"), "bill_group_name"),
        Column(mark("Bill group id"), "bill_group_id"),
    ),
    as_listed(list_locations),
    archived=(ArchiveFile("locations", mark("The locations of the workspace, open and closed ones.")),),
)
LICENCES = ExportList(
    "licences",
    "licence.view",
    LicencesQuery,
    (
        Column(mark("Id"), "id"),
        Column(mark("Service"), "display_name"),
        Column(mark("Product"), "product.display_name"),
        Column(mark("State"), "state"),
        Column(mark("Machines allowed"), "quantity"),
        Column(mark("Machines in use"), "activations"),
        Column(mark("Maintenance until"), "maintenance_until"),
        Column(mark("Valid until"), "valid_until"),
        Column(mark("Issued"), "issued_at"),
        Column(mark("Service id"), "service_id"),
    ),
    as_listed(list_licences),
    archived=(
        ArchiveFile("licences", mark("The licences of the workspace, without their keys.")),
        ArchiveFile("ended-licences", mark("Licences that have ended."), {"state": "ended"}),
    ),
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
    (SERVICES, ORDERS, LOCATIONS, LICENCES, ALL_ORDERS, CUSTOMER_ORDERS, FAILED_ORDERS, FAILED_WORK),
    ExportMade,
    ExportDownloaded,
    ArchiveRequested,
    ArchiveDownloaded,
)
