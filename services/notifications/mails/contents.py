"""The content of each mail, in the reader's language. `mails/templates` renders it as HTML and as text.

A subject states the fact. Each mail has one button, and a line that says why the recipient gets it. It says who, what
and when.
"""

from collections.abc import Callable

from services.notifications.mails.access import invitation, mailbox_test, new_browser, sign_in
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
from services.notifications.mails.closings import account_closed, account_closing, account_closing_soon, account_kept
from services.notifications.mails.content import Facts, MailContent, MailContext
from services.notifications.mails.documents import document_added
from services.notifications.mails.erasures import account_deleted, erasure_requested, erasure_withdrawn
from services.notifications.mails.holders import (
    holder_asked,
    holder_change_ended,
    holder_change_undone,
    holder_changed,
    holder_proposed,
    holders_check_due,
    user_added,
)
from services.notifications.mails.invoices import invoice_issued, invoice_long_overdue, invoice_overdue, invoice_paid
from services.notifications.mails.licences import licence_issued, licence_reinstated, licence_revoked, licence_rotated
from services.notifications.mails.links import link_added, link_ended, link_ended_by_customer, parent_admins_switched
from services.notifications.mails.manual_tasks import manual_task_finished, manual_task_opened, manual_task_planned
from services.notifications.mails.moves import (
    customer_joined,
    customer_left,
    move_consented,
    move_declined,
    move_expired,
    move_proposed,
    move_withdrawn,
    workspace_moved,
)
from services.notifications.mails.news import news
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
from services.notifications.mails.quotes import (
    quote_accepted,
    quote_declined,
    quote_expiring,
    quote_message,
    quote_message_to_staff,
    quote_not_ordered,
    quote_offered,
    quote_requested,
    quote_withdrawn,
)
from services.notifications.mails.services import (
    ordered_on_behalf,
    provisioning_failed,
    service_deleted,
    service_provisioned,
)
from services.notifications.mails.subscriptions import (
    renewal_refused,
    subscription_ended,
    subscription_expiring,
    subscription_renewed,
)
from services.notifications.mails.workspaces import workspace_reinstated, workspace_renamed, workspace_suspended
from services.notifications.topics import Topic

CONTENTS: dict[Topic, Callable[[Facts, MailContext], MailContent]] = {
    Topic.new_browser: new_browser,
    Topic.mailbox_test: mailbox_test,
    Topic.erasure_requested: erasure_requested,
    Topic.erasure_withdrawn: erasure_withdrawn,
    Topic.access_requested: access_requested,
    Topic.access_approved: access_approved,
    Topic.access_denied: access_denied,
    Topic.link_added: link_added,
    Topic.link_ended: link_ended,
    Topic.link_ended_by_customer: link_ended_by_customer,
    Topic.parent_admins_switched: parent_admins_switched,
    Topic.workspace_renamed: workspace_renamed,
    Topic.workspace_suspended: workspace_suspended,
    Topic.workspace_reinstated: workspace_reinstated,
    Topic.account_closing: account_closing,
    Topic.account_closing_soon: account_closing_soon,
    Topic.account_kept: account_kept,
    Topic.account_closed: account_closed,
    Topic.move_proposed: move_proposed,
    Topic.move_withdrawn: move_withdrawn,
    Topic.move_declined: move_declined,
    Topic.move_expired: move_expired,
    Topic.move_consented: move_consented,
    Topic.workspace_moved: workspace_moved,
    Topic.customer_left: customer_left,
    Topic.customer_joined: customer_joined,
    Topic.holder_asked: holder_asked,
    Topic.holder_proposed: holder_proposed,
    Topic.holder_change_ended: holder_change_ended,
    Topic.holder_changed: holder_changed,
    Topic.holder_change_undone: holder_change_undone,
    Topic.holders_check_due: holders_check_due,
    Topic.user_added: user_added,
    Topic.service_provisioned: service_provisioned,
    Topic.service_deleted: service_deleted,
    Topic.provisioning_failed: provisioning_failed,
    Topic.ordered_on_behalf: ordered_on_behalf,
    Topic.order_requested: order_requested,
    Topic.order_approved: order_approved,
    Topic.order_refused: order_refused,
    Topic.order_submitted: order_submitted,
    Topic.order_confirmed: order_confirmed,
    Topic.order_returned: order_returned,
    Topic.quote_requested: quote_requested,
    Topic.quote_offered: quote_offered,
    Topic.quote_expiring: quote_expiring,
    Topic.quote_withdrawn: quote_withdrawn,
    Topic.quote_message: quote_message,
    Topic.quote_message_to_staff: quote_message_to_staff,
    Topic.quote_accepted: quote_accepted,
    Topic.quote_declined: quote_declined,
    Topic.quote_not_ordered: quote_not_ordered,
    Topic.manual_task_opened: manual_task_opened,
    Topic.manual_task_planned: manual_task_planned,
    Topic.manual_task_finished: manual_task_finished,
    Topic.change_approved: change_approved,
    Topic.renewal_refused: renewal_refused,
    Topic.service_changed: service_changed,
    Topic.change_failed: change_failed,
    Topic.service_cancelled: service_cancelled,
    Topic.service_suspended: service_suspended,
    Topic.service_resumed: service_resumed,
    Topic.credentials_reset: credentials_reset,
    Topic.licence_issued: licence_issued,
    Topic.licence_rotated: licence_rotated,
    Topic.licence_revoked: licence_revoked,
    Topic.licence_reinstated: licence_reinstated,
    Topic.document_added: document_added,
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
    Topic.news_webinar: news,
    Topic.news_release: news,
    Topic.news_event: news,
    Topic.news_other: news,
}
"""The mails about events."""
SECRET_CONTENTS: dict[Topic, Callable[[Facts], MailContent]] = {
    Topic.sign_in: sign_in,
    Topic.invitation: invitation,
    Topic.account_deleted: account_deleted,
}
"""The mails whose content is only in the encrypted secret."""
