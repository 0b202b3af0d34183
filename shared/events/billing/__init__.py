"""The events of billing: prices, bill groups, subscriptions and their clock, invoices, payments.

Amounts are whole minor units of ``currency`` (D20), and marked as money: who may not see money does not see them.
"""

from shared.events.billing.base import Amount, BillingEvent, PaymentMethod
from shared.events.billing.bill_groups import (
    BillGroupCreated,
    BillGroupRetried,
    BillGroupUpdated,
    BillingContactChanged,
    BillingProfileChanged,
)
from shared.events.billing.credits import (
    CreditAdded,
    CreditApplied,
    CreditEvent,
    CreditRefundEnded,
    CreditRefundStarted,
    CreditTakenBack,
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
    InvoicePartlyPaid,
    InvoicePrintRetried,
    InvoiceReopened,
    InvoiceStatement,
)
from shared.events.billing.others import AttemptRefused, ExportDownloaded, ExportMade
from shared.events.billing.payment_methods import (
    AutoPayChanged,
    DefaultPaymentMethodChanged,
    MethodKind,
    PaymentMethodAdded,
    PaymentMethodEvent,
    PaymentMethodExpiring,
    PaymentMethodRemoved,
)
from shared.events.billing.payments import (
    PaidInvoice,
    PaymentDisputed,
    PaymentEvent,
    PaymentFailed,
    PaymentReturned,
    PaymentStarted,
    PaymentSucceeded,
)
from shared.events.billing.plans import PlanOffered, PlanPublished, PlanWithdrawn
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
    "AutoPayChanged",
    "BillGroupCreated",
    "BillGroupRetried",
    "BillGroupUpdated",
    "BillingContactChanged",
    "BillingEvent",
    "BillingProfileChanged",
    "BillingStarted",
    "CreditAdded",
    "CreditApplied",
    "CreditEvent",
    "CreditRefundEnded",
    "CreditRefundStarted",
    "CreditTakenBack",
    "DefaultPaymentMethodChanged",
    "ExportDownloaded",
    "ExportMade",
    "InvoiceDownloaded",
    "InvoiceEvent",
    "InvoiceIssued",
    "InvoiceLongOverdue",
    "InvoiceOverdue",
    "InvoicePaid",
    "InvoicePartlyPaid",
    "InvoicePrintRetried",
    "InvoiceReopened",
    "InvoiceStatement",
    "InvoicedLine",
    "MethodKind",
    "MrrChanged",
    "PaidInvoice",
    "PaymentDisputed",
    "PaymentEvent",
    "PaymentFailed",
    "PaymentMethod",
    "PaymentMethodAdded",
    "PaymentMethodEvent",
    "PaymentMethodExpiring",
    "PaymentMethodRemoved",
    "PaymentReturned",
    "PaymentStarted",
    "PaymentSucceeded",
    "PlanOffered",
    "PlanPublished",
    "PlanWithdrawn",
    "SubscriptionEnded",
    "SubscriptionEvent",
    "SubscriptionMoved",
    "SubscriptionStarted",
]
