"""The lists of billing that can be exported."""

from services.billing.bill_groups.summary import read_own_groups
from services.billing.documents.schemas import DocumentsQuery
from services.billing.documents.service import list_documents
from services.billing.invoices import listing as invoices
from services.billing.invoices.schemas import InvoicesQuery
from services.billing.payment_methods.listing import list_methods
from services.billing.payment_methods.schemas import PaymentMethodsQuery
from services.billing.payments.listing import list_payments
from services.billing.payments.schemas import AttemptsQuery
from services.billing.quotes.listing import list_quotes
from services.billing.subscriptions.listing import list_subscriptions
from services.billing.subscriptions.schemas import SubscriptionsQuery
from shared.events.billing import ArchiveDownloaded, ArchiveRequested, ExportDownloaded, ExportMade
from shared.exports import Amount, ArchiveFile, Asked, Column, ExportList, Exports, NoFilters, Page, as_listed
from shared.language import mark
from shared.pages import page_of


async def page_of_invoices(asked: Asked[InvoicesQuery], cursor: str | None, limit: int) -> Page:
    return await invoices.list_invoices(asked.reads, asked.page(cursor, limit), today=asked.settings.day_of(asked.now))


async def bill_groups(asked: Asked[NoFilters], cursor: str | None, limit: int) -> Page:
    """There is one page."""
    settings = asked.settings
    found = await read_own_groups(
        asked.reads, today=settings.day_of(asked.now), zone=settings.time_zone,
        takes_online_payments=settings.takes_online_payments,
    )  # fmt: skip
    return {"items": found, "next": None}


async def payment_methods(asked: Asked[PaymentMethodsQuery], cursor: str | None, limit: int) -> Page:
    """There is one page."""
    return {"items": await list_methods(asked.reads, asked.filters), "next": None}


async def quotes(asked: Asked[NoFilters], cursor: str | None, limit: int) -> Page:
    rows = await list_quotes(asked.reads, state=None, cursor=cursor, limit=limit)
    return page_of(rows, limit, ("requested_at", "id"))


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
    archived=(ArchiveFile("invoices", mark("The invoices that were issued. Their PDFs are beside it.")),),
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
    archived=(ArchiveFile("subscriptions", mark("What is billed for which service, and what was.")),),
)
BILL_GROUPS = ExportList(
    "bill-groups",
    "money.view",
    NoFilters,
    (
        Column(mark("Id"), "id"),
        Column(mark("Name"), "display_name"),
        Column(mark("Closed"), "is_closed"),
        Column(mark("Currency"), "currency"),
        Column(mark("Billed"), "frequency"),
        Column(mark("Next billing date"), "next_billing_on"),
        Column(mark("Days to pay"), "terms_days"),
        Column(mark("Auto-pay"), "auto_pay"),
        Amount(mark("Outstanding"), "outstanding_minor"),
        Amount(mark("Overdue amount"), "overdue_minor"),
        Amount(mark("Credit"), "credit_minor"),
        Amount(mark("Credit for unused days, without tax"), "unused_minor"),
        Column(mark("PO number"), "po_number"),
        Column(mark("VAT number"), "vat_number"),
        Column(mark("Registration number"), "registration_number"),
        Column(mark("Billing contact"), "contacts.billing"),
        Column(mark("Shipping contact"), "contacts.shipping"),
    ),
    bill_groups,
    archived=(ArchiveFile("bill-groups", mark("The bill groups, with their billing and shipping contacts.")),),
)
PAYMENTS = ExportList(
    "payments",
    "money.view",
    AttemptsQuery,
    (
        Column(mark("Id"), "id"),
        Column(mark("Invoice id"), "invoice_id"),
        Column(mark("Status"), "state"),
        Column(mark("Currency"), "currency"),
        Amount(mark("Total"), "amount_minor"),
        Amount(mark("Asked for this invoice"), "asked_minor"),
        Amount(mark("Paid of this invoice"), "paid_minor"),
        Amount(mark("Refunded"), "refunded_minor"),
        Column(mark("Method"), "method"),
        Column(mark("Charged automatically"), "automatic"),
        Column(mark("Dispute"), "dispute"),
        Column(mark("Reason"), "failure_reason"),
        Column(mark("Begun by"), "begun_by_address"),
        Column(mark("Begun"), "begun_at"),
        Column(mark("Settled"), "settled_at"),
    ),
    as_listed(list_payments),
    archived=(
        ArchiveFile(
            "payments", mark("Payments and attempts to pay, one line for each invoice, with what was refunded.")
        ),
    ),
)
PAYMENT_METHODS = ExportList(
    "payment-methods",
    "payment_method.view",
    PaymentMethodsQuery,
    (
        Column(mark("Id"), "id"),
        Column(mark("Bill group id"), "bill_group_id"),
        Column(mark("Kind"), "kind"),
        Column(mark("Status"), "state"),
        Column(mark("Name"), "label"),
        Column(mark("Brand or bank"), "brand"),
        Column(mark("Last four digits"), "last_four"),
        Column(mark("Expires"), "expires_on"),
        Column(mark("Default"), "is_default"),
    ),
    payment_methods,
    archived=(
        ArchiveFile(
            "payment-methods", mark("The saved payment methods, at most 1,000. Only the gateway has their numbers.")
        ),
    ),
)
QUOTES = ExportList(
    "quotes",
    "quote.view",
    NoFilters,
    (
        Column(mark("Id"), "id"),
        Column(mark("Quote number"), "number"),
        Column(mark("Status"), "state"),
        Column(mark("Wish"), "wish"),
        Column(mark("Asked by"), "requested_by_address"),
        Column(mark("Asked"), "requested_at"),
        Column(mark("Valid until"), "valid_until"),
        Column(mark("Currency"), "currency"),
        Amount(mark("Total"), "gross_minor"),
        Column(mark("Bill group id"), "bill_group_id"),
    ),
    quotes,
    archived=(
        ArchiveFile("quotes", mark("The quotes that the workspace asked for, each with the beginning of its wish.")),
    ),
)
DOCUMENTS = ExportList(
    "documents",
    "money.view",
    DocumentsQuery,
    (
        Column(mark("Id"), "id"),
        Column(mark("Title"), "title"),
        Column(mark("Kind"), "kind"),
        Column(mark("Size in bytes"), "size"),
        Column(mark("Added"), "added_at"),
        Column(mark("Bill group id"), "bill_group_id"),
    ),
    as_listed(list_documents),
    archived=(ArchiveFile("documents", mark("Contracts, statements and other documents. Their PDFs are beside it.")),),
)
LISTS = (BILL_GROUPS, SUBSCRIPTIONS, INVOICES, PAYMENTS, PAYMENT_METHODS, QUOTES, DOCUMENTS)
EXPORTS = Exports("billing", LISTS, ExportMade, ExportDownloaded, ArchiveRequested, ArchiveDownloaded)
