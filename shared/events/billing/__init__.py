"""The events of billing: prices, bill groups, subscriptions and their clock, invoices, payments.

Amounts are whole minor units of ``currency`` (D20), and marked as money: who may not see money does not see them.
"""

from shared.events.billing.base import Amount, BillingEvent, PaymentMethod
from shared.events.billing.bill_groups import (
    BillGroupCreated,
    BillGroupUpdated,
    BillingContactChanged,
    BillingProfileChanged,
)
from shared.events.billing.invoices import (
    LINES_IN_EVENTS,
    InvoicedLine,
    InvoiceDownloaded,
    InvoiceEvent,
    InvoiceIssued,
    InvoiceLongOverdue,
    InvoiceOverdue,
    InvoicePaid,
    InvoiceStatement,
)
from shared.events.billing.others import AttemptRefused, ExportDownloaded, ExportMade
from shared.events.billing.payments import PaymentEvent, PaymentFailed, PaymentStarted, PaymentSucceeded
from shared.events.billing.plans import PlanPublished
from shared.events.billing.subscriptions import (
    BillingStarted,
    MrrChanged,
    SubscriptionEnded,
    SubscriptionEvent,
    SubscriptionMoved,
    SubscriptionStarted,
)

__all__ = [
    "LINES_IN_EVENTS",
    "Amount",
    "AttemptRefused",
    "BillGroupCreated",
    "BillGroupUpdated",
    "BillingContactChanged",
    "BillingEvent",
    "BillingProfileChanged",
    "BillingStarted",
    "ExportDownloaded",
    "ExportMade",
    "InvoiceDownloaded",
    "InvoiceEvent",
    "InvoiceIssued",
    "InvoiceLongOverdue",
    "InvoiceOverdue",
    "InvoicePaid",
    "InvoiceStatement",
    "InvoicedLine",
    "MrrChanged",
    "PaymentEvent",
    "PaymentFailed",
    "PaymentMethod",
    "PaymentStarted",
    "PaymentSucceeded",
    "PlanPublished",
    "SubscriptionEnded",
    "SubscriptionEvent",
    "SubscriptionMoved",
    "SubscriptionStarted",
]
