"""What billing keeps of a person, for them: what they began and wrote, without amounts."""

from services.billing.charges.models import AutoCharge
from services.billing.invoices.models import InvoiceDocument, InvoiceFile
from services.billing.payment_methods.models import PaymentMethod
from services.billing.payments.models import Payment
from services.billing.quotes.models import Quote, QuoteMessage, QuoteOffer
from services.billing.quoting.models import QuoteNote
from services.billing.refunds.models import Refund
from services.billing.subscriptions.models import Subscription
from shared.exports.own_data import EXPORTS
from shared.language import mark
from shared.own_data import REFUSED_ATTEMPTS, OwnRows, OwnTable

BEGUN = "begun_by = $1"
BY = "begun_by_address begun_via"

TABLES: tuple[OwnTable, ...] = (
    OwnRows(
        Payment,
        mark("Payments that you began."),
        f"id workspace_id bill_group_id state created_at settled_at {BY}",
        BEGUN,
    ),
    OwnRows(
        PaymentMethod,
        mark("Payment methods that you added."),
        f"id workspace_id bill_group_id kind state requested_at {BY}",
        BEGUN,
    ),
    OwnRows(
        Subscription,
        mark("Subscriptions of services that you ordered."),
        f"id workspace_id bill_group_id service_id description product_name ordered_at {BY}",
        BEGUN,
    ),
    OwnRows(
        AutoCharge,
        mark("Automatic payments that follow from what you did."),
        f"id workspace_id bill_group_id invoice_id payment_id state {BY}",
        BEGUN,
    ),
    OwnRows(
        Refund,
        mark("Refunds that you began, with your reason."),
        f"id workspace_id bill_group_id payment_id state reason requested_at settled_at {BY}",
        BEGUN,
    ),
    OwnRows(
        InvoiceDocument,
        mark("Invoices to be made that follow from what you did."),
        f"id workspace_id bill_group_id invoice_id number {BY}",
        BEGUN,
    ),
    OwnRows(
        InvoiceFile,
        mark("Invoices that follow from what you did."),
        f"id workspace_id bill_group_id invoice_id number issued_at {BY}",
        BEGUN,
    ),
    OwnRows(
        Quote,
        mark("Quotes that you asked for, with what you wrote."),
        "id workspace_id bill_group_id number state wish requested_at requested_by_address",
        "requested_by = $1",
    ),
    OwnRows(
        Quote,
        mark("Offers that you accepted, with the name that you typed."),
        "id workspace_id bill_group_id number state accepted_at accepted_by_address accepted_name po_number",
        "accepted_by = $1",
        named="accepted_quotes",
    ),
    OwnRows(
        QuoteOffer,
        mark("Offers that you made."),
        f"id workspace_id bill_group_id quote_id number version offered_at valid_until {BY}",
        BEGUN,
    ),
    OwnRows(
        QuoteMessage,
        mark("What you wrote about quotes."),
        "id workspace_id bill_group_id quote_id from_seller written_at written_by_address body",
        "written_by = $1",
    ),
    OwnRows(
        QuoteNote,
        mark("Notes of your company about quotes that you wrote."),
        "id workspace_id quote_id written_at written_by_address body",
        "written_by = $1",
    ),
    EXPORTS,
    REFUSED_ATTEMPTS,
)
