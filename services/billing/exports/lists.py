"""The lists of billing that can be exported."""

from services.billing.invoices import listing as invoices
from services.billing.invoices.schemas import InvoicesQuery
from services.billing.subscriptions.listing import list_subscriptions
from services.billing.subscriptions.schemas import SubscriptionsQuery
from shared.events.billing import ExportDownloaded, ExportMade
from shared.exports import Amount, Asked, Column, ExportList, Exports, Page, as_listed
from shared.language import mark


async def page_of_invoices(asked: Asked[InvoicesQuery], cursor: str | None, limit: int) -> Page:
    return await invoices.list_invoices(asked.reads, asked.page(cursor, limit), today=asked.settings.day_of(asked.now))


INVOICES = ExportList(
    "invoices",
    "money.view",
    InvoicesQuery,
    (
        Column(mark("Id"), "id"),
        Column(mark("Invoice number"), "number"),
        Column(mark("Status"), "status"),
        Column(mark("Overdue"), "overdue"),
        Column(mark("Issued"), "issued_on"),
        Column(mark("Due"), "due_on"),
        Column(mark("Currency"), "currency"),
        Amount(mark("Total"), "total_minor"),
        Amount(mark("Paid"), "paid_minor"),
        Column(mark("Bill group id"), "bill_group_id"),
    ),
    page_of_invoices,
)
SUBSCRIPTIONS = ExportList(
    "subscriptions",
    "money.view",
    SubscriptionsQuery,
    (
        Column(mark("Id"), "id"),
        Column(mark("Description"), "description"),
        Column(mark("Product"), "product_name"),
        Column(mark("Status"), "status"),
        Column(mark("Quantity"), "quantity"),
        Column(mark("Currency"), "currency"),
        Amount(mark("Price per unit and interval"), "recurring_minor"),
        Amount(mark("Total per interval"), "recurring_total_minor"),
        Amount(mark("One-off price"), "one_off_minor"),
        Column(mark("Months per interval"), "interval_months"),
        Column(mark("Ordered"), "ordered_at"),
        Column(mark("Billing starts"), "billing_starts_at"),
        Column(mark("Billing started"), "billing_started_at"),
        Column(mark("Not billed from"), "unbilled_from"),
        Column(mark("Kind"), "service_kind"),
        Column(mark("Service id"), "service_id"),
        Column(mark("Bill group id"), "bill_group_id"),
    ),
    as_listed(list_subscriptions),
)
EXPORTS = Exports("billing", (INVOICES, SUBSCRIPTIONS), ExportMade, ExportDownloaded)
