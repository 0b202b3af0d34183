"""What each mail is called, for people."""

from services.notifications.topics import Topic
from shared.language import mark

TITLES = {
    Topic.sign_in: mark("Sign-in link and code"),
    Topic.invitation: mark("Invitation"),
    Topic.new_browser: mark("Sign-in from a new browser"),
    Topic.access_requested: mark("Somebody asks for access"),
    Topic.access_approved: mark("Access request approved"),
    Topic.access_denied: mark("Access request denied"),
    Topic.workspace_renamed: mark("Workspace renamed"),
    Topic.ordered_on_behalf: mark("Order on behalf"),
    Topic.order_requested: mark("An order waits for approval"),
    Topic.order_approved: mark("Order approved"),
    Topic.order_refused: mark("Order refused"),
    Topic.change_approved: mark("Change or cancellation approved"),
    Topic.service_changed: mark("Service changed"),
    Topic.change_failed: mark("Service could not be changed"),
    Topic.service_cancelled: mark("Service cancelled"),
    Topic.service_suspended: mark("Service suspended because something is overdue"),
    Topic.service_resumed: mark("Service works again after it was paid"),
    Topic.credentials_reset: mark("Credentials reset"),
    Topic.service_provisioned: mark("Service provisioned"),
    Topic.provisioning_failed: mark("Provisioning failed"),
    Topic.subscription_expiring: mark("Subscription’s term ends soon"),
    Topic.subscription_renewed: mark("Subscription renewed by itself"),
    Topic.subscription_ended: mark("Subscription ended"),
    Topic.invoice_issued: mark("New invoice"),
    Topic.invoice_paid: mark("Receipt of a paid invoice"),
    Topic.payment_received: mark("Payment received"),
    Topic.payment_failed: mark("Payment failed"),
    Topic.charge_failed: mark("Automatic payment failed"),
    Topic.payment_returned: mark("Payment taken back by the bank"),
    Topic.method_expiring: mark("Payment method ends soon"),
    Topic.methods_changed: mark("Payment method saved or removed"),
    Topic.invoice_overdue: mark("Reminder of an overdue invoice"),
    Topic.invoice_long_overdue: mark("Invoice open after all reminders"),
}
"""In the order in which they are listed."""
