"""What mails are about, for the log."""

from collections.abc import Mapping

from shared.language import mark_in

TOPICS: Mapping[str, str] = {
    "sign_in": mark_in("topic", "sign-in"),
    "invitation": mark_in("topic", "invitation"),
    "new_browser": mark_in("topic", "sign-in from a new browser"),
    "access_requested": mark_in("topic", "access asked for"),
    "access_approved": mark_in("topic", "access request approved"),
    "access_denied": mark_in("topic", "access request denied"),
    "workspace_renamed": mark_in("topic", "workspace renamed"),
    "service_provisioned": mark_in("topic", "service provisioned"),
    "provisioning_failed": mark_in("topic", "provisioning failed"),
    "subscription_expiring": mark_in("topic", "subscription’s term ends soon"),
    "subscription_renewed": mark_in("topic", "subscription renewed"),
    "subscription_ended": mark_in("topic", "subscription ended"),
    "invoice_issued": mark_in("topic", "new invoice"),
    "invoice_paid": mark_in("topic", "invoice paid"),
    "invoice_overdue": mark_in("topic", "reminder of an invoice"),
    "invoice_long_overdue": mark_in("topic", "invoice open after all reminders"),
    "payment_received": mark_in("topic", "payment received"),
    "payment_failed": mark_in("topic", "payment failed"),
    "charge_failed": mark_in("topic", "automatic payment failed"),
    "payment_returned": mark_in("topic", "payment returned by the bank"),
    "method_expiring": mark_in("topic", "payment method ends soon"),
    "methods_changed": mark_in("topic", "payment method changed"),
    "ordered_on_behalf": mark_in("topic", "order on behalf"),
    "order_requested": mark_in("topic", "order that waits for approval"),
    "order_approved": mark_in("topic", "order approved"),
    "order_refused": mark_in("topic", "order refused"),
    "change_approved": mark_in("topic", "change or cancellation approved"),
    "service_changed": mark_in("topic", "service changed"),
    "change_failed": mark_in("topic", "service could not be changed"),
    "service_cancelled": mark_in("topic", "service cancelled"),
    "service_suspended": mark_in("topic", "service suspended"),
    "service_resumed": mark_in("topic", "service works again"),
    "credentials_reset": mark_in("topic", "credentials reset"),
}
