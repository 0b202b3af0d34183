"""One made-up event or secret per mail, of a made-up customer that buys from the provider."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.notifications.deliveries.queueing import facts_of
from services.notifications.mail_samples.documents import document_events
from services.notifications.mail_samples.holders import holder_events
from services.notifications.mail_samples.licences import licence_events
from services.notifications.mail_samples.moves import PARTNERS, move_events
from services.notifications.mail_samples.news import NEWS
from services.notifications.mail_samples.people import people_events
from services.notifications.mail_samples.quotes import quote_events
from services.notifications.mail_samples.workspaces import workspace_events
from services.notifications.mails.content import Facts, MailContext
from services.notifications.topic_rows import Group
from services.notifications.topics import Topic
from shared.copies import WorkspaceCopy
from shared.events import Actor, Event, Via
from shared.events.billing import (
    InvoicedLine,
    InvoiceIssued,
    InvoiceLongOverdue,
    InvoiceOverdue,
    InvoicePaid,
    PaymentFailed,
    PaymentMethodAdded,
    PaymentMethodExpiring,
    PaymentReturned,
    PaymentSucceeded,
    SubscriptionEnded,
    SubscriptionExpiring,
    SubscriptionRenewalRefused,
    SubscriptionRenewed,
)
from shared.events.grants import Grant
from shared.events.identity import (
    AccessGranted,
    AccessRequestApproved,
    AccessRequestDenied,
    AccessRequested,
    AccessRevoked,
    ParentAdminsSwitched,
    UserSignedIn,
)
from shared.events.provisioning import (
    CancellationOrdered,
    ManualTaskFinished,
    ManualTaskOpened,
    ManualTaskPlanned,
    OperationEnded,
    OrderPlaced,
    OrderRefused,
    OrderRequested,
    OrderReturned,
    OrderSubmitted,
    ServiceChanged,
    ServiceChangeFailed,
    ServiceChangeOrdered,
    ServiceDeleted,
    ServiceProvisioned,
    ServiceProvisioningFailed,
    ServiceResumed,
    ServiceSuspended,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PERSON, ID = UUID(int=7), UUID(int=42)
ADDRESS, NAME, ORDERER = "jonas@northwind.example", "Jonas Keller", "Tom Becker (tom@larkspur.example)"
ASKER = "Eva Brandt (eva@quarry.example)"
FORMER = "Jonas Keller (jonas@northwind.example)"


CUSTOMER = WorkspaceCopy(
    id=UUID(int=3), parent_workspace_id=UUID(int=1), kind="customer", slug="northwind",
    display_name="Northwind Logistics", account_number="100003", connected=True, locale="en-US",
    support_address=None, support_phone=None, support_hours=None, help_url=None, postal_lines=(),
)  # fmt: skip
PARTNER = replace(
    CUSTOMER, id=UUID(int=2), kind="partner", slug="meridian", display_name="Meridian Partners", account_number="100002"
)

_ABOUT: dict[str, Any] = {
    "workspace_id": CUSTOMER.id,
    "parent_workspace_id": CUSTOMER.parent_workspace_id,
    "occurred_at": NOON,
    "actor": Actor(user_id=PERSON, address="tom@larkspur.example", via=Via.on_behalf),
}
_SUBSCRIPTION = _ABOUT | {
    "actor": Actor(),
    "subscription_id": ID,
    "service_id": ID,
    "bill_group_id": ID,
    "display_name": "Frankfurt uplink",
}
_LINK = _ABOUT | {
    "user_id": PERSON,
    "from_version": 1,
    "to_version": 2,
    "grant": Grant(grant_id=ID, workspace_id=CUSTOMER.id, role="regular", source="link"),
}
_REQUEST = _ABOUT | {"access_request_id": ID, "user_id": PERSON}
_ORDER = _ABOUT | {
    "order_id": ID,
    "service_id": ID,
    "product_id": ID,
    "product_name": "10 Gbps port",
    "display_name": "Frankfurt uplink",
    "kind": "port",
    "plan_version_id": ID,
    "quantity": 1,
}
_WITHOUT_ORDER = {name: value for name, value in _ORDER.items() if name != "order_id"} | {"state": "suspended"}
_STANDING = _ORDER | {"state": "active", "subject_version": 3}
_ASKED = {name: value for name, value in _ORDER.items() if name != "service_id"} | {
    "bill_group_id": ID,
    "asked_by": PERSON,
}
_TASK = _ABOUT | {
    "task_id": ID,
    "order_id": ID,
    "service_id": ID,
    "bill_group_id": ID,
    "display_name": "Edge gateway, Berlin",
    "kind": "asset",
    "verb": "create",
    "wanted_on": date(2026, 12, 4),
    "ordered_by": PERSON,
}
_INVOICE = _ABOUT | {
    "invoice_id": ID,
    "bill_group_id": ID,
    "number": "LC-2026-000042",
    "total_minor": 231_336,
    "currency": "EUR",
}
_PAYMENT = _ABOUT | {
    "payment_id": ID,
    "invoice_id": ID,
    "bill_group_id": ID,
    "invoice_number": "LC-2026-000042",
    "amount_minor": 231_336,
    "currency": "EUR",
    "begun_by": PERSON,
    "method": "card",
}
_LATE = {"due_on": date(2026, 10, 23), "outstanding_minor": 231_336}


def _line(description: str, net_minor: int, quantity: int = 1, kind: str = "recurring") -> InvoicedLine:
    first = date(2026, 12, 1)
    last = first if kind == "one_off" else date(2026, 12, 31)
    return InvoicedLine(
        description=description, kind=kind, period_from=first, period_to=last, quantity=quantity, net_minor=net_minor,
    )  # fmt: skip


_STATEMENT: dict[str, Any] = {
    "net_minor": 194_400,
    "tax_minor": 36_936,
    "lines": (
        _line("Frankfurt uplink (10 Gbps port)", 85_000),
        _line("Frankfurt uplink (10 Gbps port), set-up", 25_000, kind="one_off"),
        _line("Node M4", 59_400, quantity=3),
    ),
    "line_count": 5,
}

_METHOD = _ABOUT | {
    "payment_method_id": ID,
    "bill_group_id": ID,
    "kind": "card",
    "brand": "Visa",
    "last_four": "4242",
    "label": "Company card",
}

EVENTS: dict[Topic, Event] = {
    Topic.new_browser: UserSignedIn(
        **_ABOUT, user_id=PERSON, session_id=ID, method="code", new_browser=True,
        browser="Firefox on Linux", browser_name="Firefox", operating_system="Linux", ip="192.0.2.7",
    ),
    Topic.access_requested: AccessRequested(**_REQUEST),
    Topic.access_approved: AccessRequestApproved(**_REQUEST),
    Topic.access_denied: AccessRequestDenied(**_REQUEST, reason="Please ask for the workspace of your own branch."),
    Topic.link_added: AccessGranted(**_LINK, last_day=date(2026, 12, 18)),
    Topic.link_ended: AccessRevoked(**_LINK),
    Topic.link_ended_by_customer: AccessRevoked(**_LINK),
    Topic.parent_admins_switched: ParentAdminsSwitched(**_ABOUT, on=False),
    **workspace_events(_ABOUT, CUSTOMER, NOON),
    **holder_events(_ABOUT, ID, NOON),
    **licence_events(_ABOUT, ID),
    **move_events(_ABOUT, CUSTOMER, ID, NOON),
    **people_events(_ABOUT, PERSON, ID, NOON),
    **document_events(_ABOUT, ID),
    **quote_events(_ABOUT, ID, NOON),
    Topic.service_provisioned: ServiceProvisioned(**_ORDER, ordered_by=PERSON, billing_delay_days=15),
    Topic.service_deleted: ServiceDeleted(**_STANDING | {"state": "deleted"}, ordered_by=PERSON),
    Topic.provisioning_failed: ServiceProvisioningFailed(
        **_ORDER, ordered_by=PERSON, step=3, reason="The infrastructure does not answer.", reason_code="unanswered",
    ),
    Topic.ordered_on_behalf: OrderPlaced(**_ORDER),
    Topic.order_requested: OrderRequested(**_ASKED),
    Topic.order_approved: OrderPlaced(**_ORDER, asked_by=PERSON),
    Topic.order_refused: OrderRefused(**_ASKED, reason="Please use the port that we have in Frankfurt."),
    Topic.order_submitted: OrderSubmitted(**_ASKED),
    Topic.order_confirmed: OrderPlaced(**_ORDER, ordered_by=PERSON),
    Topic.order_returned: OrderReturned(**_ASKED, reason="This building has no line of ours yet."),
    Topic.manual_task_opened: ManualTaskOpened(**_TASK),
    Topic.manual_task_planned: ManualTaskPlanned(
        **_TASK, planned_on=date(2026, 12, 4), note="Between nine and twelve; two people come."
    ),
    Topic.manual_task_finished: ManualTaskFinished(**_TASK),
    Topic.subscription_expiring: SubscriptionExpiring(
        **_SUBSCRIPTION, term_ends_on=NOON.date() + timedelta(days=30), days_left=30, at_term_end="renew"
    ),
    Topic.subscription_renewed: SubscriptionRenewed(
        **_SUBSCRIPTION, term_ends_on=NOON.date() + timedelta(days=365), by_itself=True
    ),
    Topic.subscription_ended: SubscriptionEnded(**_SUBSCRIPTION, reason="cancelled"),
    Topic.change_approved: ServiceChangeOrdered(
        **_STANDING, wanted_plan_version_id=ID, wanted_quantity=2, asked_by=PERSON
    ),
    Topic.renewal_refused: SubscriptionRenewalRefused(
        **_SUBSCRIPTION, order_id=ID, ordered_by=PERSON, reason="term_changed"
    ),
    Topic.service_changed: ServiceChanged(
        **_STANDING, former_plan_version_id=ID, former_quantity=2, ordered_by=PERSON
    ),
    Topic.change_failed: ServiceChangeFailed(
        **_STANDING, ordered_by=PERSON, reason="The infrastructure does not answer.", reason_code="unanswered"
    ),
    Topic.service_cancelled: CancellationOrdered(**_STANDING, ends="period_end", end_reason="not_needed"),
    Topic.service_suspended: ServiceSuspended(**_WITHOUT_ORDER, suspended_for=("overdue",)),
    Topic.service_resumed: ServiceResumed(**_WITHOUT_ORDER),
    Topic.credentials_reset: OperationEnded(
        **_ABOUT, operation_id=ID, service_id=ID, display_name="Node M4", bill_group_id=None, verb="reset_credentials",
        outcome="succeeded",
    ),
    Topic.invoice_issued: InvoiceIssued(
        **_INVOICE, **_STATEMENT, issued_on=NOON.date(), due_on=NOON.date() + timedelta(days=14)
    ),
    Topic.invoice_paid: InvoicePaid(**_INVOICE, **_STATEMENT, paid_by=PERSON, method="card"),
    Topic.invoice_overdue: InvoiceOverdue(**_INVOICE, **_LATE, days_overdue=30, reminder=3, reminders=3),
    Topic.invoice_long_overdue: InvoiceLongOverdue(**_INVOICE, **_LATE, days_overdue=45),
    Topic.payment_received: PaymentSucceeded(**_PAYMENT),
    Topic.payment_failed: PaymentFailed(**_PAYMENT, reason="insufficient_funds"),
    Topic.charge_failed: PaymentFailed(
        **_PAYMENT, reason="insufficient_funds", automatic=True, next_try_on=NOON.date() + timedelta(days=2)
    ),
    Topic.payment_returned: PaymentReturned(**_PAYMENT, reason="mandate_revoked"),
    Topic.method_expiring: PaymentMethodExpiring(
        **_METHOD, expires_on=NOON.date() + timedelta(days=30), days_left=30, is_default=True
    ),
    Topic.methods_changed: PaymentMethodAdded(**_METHOD, verified=True),
}  # fmt: skip
SECRETS: dict[Topic, Facts] = {
    Topic.sign_in: {"link": "https://portal.example/sign-in/verify", "code": "402913"},
    Topic.account_deleted: {"link": "https://portal.example"},
    Topic.invitation: {
        "link": "https://portal.example/invite",
        "workspace_name": CUSTOMER.display_name,
        "inviter": "Tom Becker",
        "role": "regular",
    },
}
"""Of no real link or code."""
TO_PROVIDER = {Topic.service_provisioned, Topic.service_deleted, Topic.invoice_long_overdue}
"""Mails to the provider's contacts. The others to contacts go to the customer's."""


def sample_facts(topic: Topic, provider: WorkspaceCopy) -> Facts:
    """What the sample of a topic tells."""
    if topic in SECRETS:
        return SECRETS[topic] | ({"inviter_company": provider.display_name} if topic is Topic.invitation else {})
    return NEWS if topic.row.group is Group.news else facts_of(topic, EVENTS[topic])


def sample_context(topic: Topic, public_url: str, provider: WorkspaceCopy) -> MailContext:
    workspace = PARTNER if topic in PARTNERS else CUSTOMER
    reader = provider if topic in TO_PROVIDER or topic.row.audience.is_staff else workspace
    return MailContext(public_url, workspace, provider, reader, ORDERER, ASKER, ORDERER, former=FORMER,
                       attached=topic.row.with_document)  # fmt: skip
