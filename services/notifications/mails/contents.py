"""The content of each mail, in the reader's language. `mails/templates` renders it as HTML and as text.

A subject states the fact. Each mail has one button, and a line that says why the recipient gets it. It says who, what
and when.
"""

from collections.abc import Callable

from services.notifications.mails.access import invitation, new_browser, sign_in
from services.notifications.mails.access_requests import access_approved, access_denied, access_requested
from services.notifications.mails.changes import (
    change_approved,
    change_failed,
    credentials_reset,
    service_cancelled,
    service_changed,
    service_resumed,
    service_suspended,
)
from services.notifications.mails.content import Facts, MailContent, MailContext
from services.notifications.mails.invoices import invoice_issued, invoice_long_overdue, invoice_overdue, invoice_paid
from services.notifications.mails.orders import (
    order_approved,
    order_confirmed,
    order_refused,
    order_requested,
    order_returned,
    order_submitted,
)
from services.notifications.mails.payment_methods import (
    charge_failed,
    method_expiring,
    methods_changed,
    payment_returned,
)
from services.notifications.mails.payments import payment_failed, payment_received
from services.notifications.mails.services import ordered_on_behalf, provisioning_failed, service_provisioned
from services.notifications.mails.subscriptions import (
    renewal_refused,
    subscription_ended,
    subscription_expiring,
    subscription_renewed,
)
from services.notifications.mails.workspaces import workspace_renamed
from services.notifications.topics import Topic

CONTENTS: dict[Topic, Callable[[Facts, MailContext], MailContent]] = {
    Topic.new_browser: new_browser,
    Topic.access_requested: access_requested,
    Topic.access_approved: access_approved,
    Topic.access_denied: access_denied,
    Topic.workspace_renamed: workspace_renamed,
    Topic.service_provisioned: service_provisioned,
    Topic.provisioning_failed: provisioning_failed,
    Topic.ordered_on_behalf: ordered_on_behalf,
    Topic.order_requested: order_requested,
    Topic.order_approved: order_approved,
    Topic.order_refused: order_refused,
    Topic.order_submitted: order_submitted,
    Topic.order_confirmed: order_confirmed,
    Topic.order_returned: order_returned,
    Topic.change_approved: change_approved,
    Topic.renewal_refused: renewal_refused,
    Topic.service_changed: service_changed,
    Topic.change_failed: change_failed,
    Topic.service_cancelled: service_cancelled,
    Topic.service_suspended: service_suspended,
    Topic.service_resumed: service_resumed,
    Topic.credentials_reset: credentials_reset,
    Topic.subscription_expiring: subscription_expiring,
    Topic.subscription_renewed: subscription_renewed,
    Topic.subscription_ended: subscription_ended,
    Topic.invoice_issued: invoice_issued,
    Topic.invoice_paid: invoice_paid,
    Topic.invoice_overdue: invoice_overdue,
    Topic.invoice_long_overdue: invoice_long_overdue,
    Topic.payment_received: payment_received,
    Topic.payment_failed: payment_failed,
    Topic.charge_failed: charge_failed,
    Topic.payment_returned: payment_returned,
    Topic.method_expiring: method_expiring,
    Topic.methods_changed: methods_changed,
}
"""The mails about events."""
SECRET_CONTENTS: dict[Topic, Callable[[Facts], MailContent]] = {
    Topic.sign_in: sign_in,
    Topic.invitation: invitation,
}
"""The mails whose content is only in the encrypted secret."""
