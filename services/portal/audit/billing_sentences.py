"""What each event of billing says, as sentences for people (`sentences.py`)."""

from collections.abc import Mapping

from shared.language import mark

Sentences = tuple[str, ...]

BILLING: Mapping[str, Sentences] = {
    "invoice_issued": (
        mark("Invoice %(invoice)s was issued, %(amount)s, due on %(due)s."),
        mark("Invoice %(invoice)s was issued, due on %(due)s."),
        mark("Invoice %(invoice)s was issued."),
    ),
    "invoice_paid": (
        mark("%(actor)s paid invoice %(invoice)s, %(amount)s."),
        mark("%(actor)s paid invoice %(invoice)s."),
        mark("Invoice %(invoice)s, %(amount)s, was paid."),
        mark("Invoice %(invoice)s was paid."),
    ),
    "document_added": (mark("%(actor)s added the document %(title)s."),),
    "document_removed": (mark("%(actor)s removed the document %(title)s."),),
    "document_downloaded": (mark("%(actor)s downloaded the document %(title)s."),),
    "invoice_downloaded": (mark("%(actor)s downloaded invoice %(invoice)s."),),
    "invoice_print_retried": (mark("%(actor)s had the PDF of invoice %(invoice)s made again."),),
    "invoice_overdue": (
        mark("Invoice %(invoice)s was due on %(due)s and is still open, %(outstanding)s: a reminder was sent."),
        mark("Invoice %(invoice)s was due on %(due)s and is still open: a reminder was sent."),
    ),
    "invoice_long_overdue": (
        mark("Invoice %(invoice)s was due on %(due)s and is still open after all reminders, %(outstanding)s."),
        mark("Invoice %(invoice)s was due on %(due)s and is still open after all reminders."),
    ),
    "payment_started": (
        mark("%(actor)s began to pay invoice %(invoice)s, %(amount)s."),
        mark("%(actor)s began to pay invoice %(invoice)s."),
    ),
    "payment_succeeded": (
        mark("The payment that %(actor)s began for invoice %(invoice)s was received, %(amount)s."),
        mark("The payment that %(actor)s began for invoice %(invoice)s was received."),
        mark("A payment of %(amount)s for invoice %(invoice)s was received."),
        mark("A payment for invoice %(invoice)s was received."),
    ),
    "payment_failed": (
        mark("The payment that %(actor)s began for invoice %(invoice)s failed, %(amount)s."),
        mark("The payment that %(actor)s began for invoice %(invoice)s failed."),
        mark("A payment of %(amount)s for invoice %(invoice)s failed."),
        mark("A payment for invoice %(invoice)s failed."),
    ),
    "payment_returned": (
        mark("The bank took back the payment of %(amount)s for invoice %(invoice)s."),
        mark("The bank took back a payment for invoice %(invoice)s."),
    ),
    "payment_disputed": (mark("A payment for invoice %(invoice)s is disputed at the bank."),),
    "payment_disputed:open": (
        mark("The payment of %(amount)s for invoice %(invoice)s is disputed at the bank."),
        mark("A payment for invoice %(invoice)s is disputed at the bank."),
    ),
    "payment_disputed:won": (
        mark("The dispute about the payment of %(amount)s for invoice %(invoice)s ended: the payment stays."),
        mark("The dispute about a payment for invoice %(invoice)s ended: the payment stays."),
    ),
    "payment_disputed:lost": (
        mark("The dispute about the payment of %(amount)s for invoice %(invoice)s was lost: the payment is gone."),
        mark("The dispute about a payment for invoice %(invoice)s was lost: the payment is gone."),
    ),
    "invoice_partly_paid": (
        mark("%(paid)s of invoice %(invoice)s were paid, %(outstanding)s are still open."),
        mark("A part of invoice %(invoice)s was paid."),
    ),
    "invoice_reopened": (
        mark("Invoice %(invoice)s is open again, %(outstanding)s."),
        mark("Invoice %(invoice)s is open again."),
    ),
    "credit_added": (
        mark("%(amount)s more than was owed became credit; the credit is now %(balance)s."),
        mark("More than was owed became credit."),
    ),
    "credit_applied": (
        mark("Credit of %(amount)s paid invoice %(invoice)s; %(balance)s are left."),
        mark("Credit paid invoice %(invoice)s."),
    ),
    "credit_taken_back": (
        mark("The bank took back a payment: the credit is now %(balance)s, and %(uncovered)s are not covered."),
        mark("The bank took back a payment that had become credit."),
    ),
    "credit_refund_started": (
        mark("%(actor)s began to pay back %(amount)s of the credit."),
        mark("%(actor)s began to pay back credit."),
    ),
    "credit_refund_ended": (mark("Credit was paid back."),),
    "credit_refund_ended:done": (
        mark("%(amount)s of the credit were paid back."),
        mark("Credit was paid back."),
    ),
    "credit_refund_ended:failed": (
        mark("Paying back %(amount)s failed: they are credit again."),
        mark("Paying back credit failed."),
    ),
    "payment_method_added": (
        mark("%(actor)s saved the payment method %(method)s."),
        mark("The payment method %(method)s was saved."),
    ),
    "payment_method_removed": (
        mark("%(actor)s removed the payment method %(method)s."),
        mark("The payment method %(method)s was removed at the payment provider."),
    ),
    "default_payment_method_changed": (
        mark("%(actor)s made %(method)s the default payment method."),
        mark("%(method)s is the default payment method now."),
    ),
    "payment_method_expiring": (mark("The payment method %(method)s ends on %(expires)s."),),
    "auto_pay_changed": (mark("Auto-pay was switched for %(bill_group)s."),),
    "auto_pay_changed:true": (
        mark("%(actor)s switched auto-pay on for %(bill_group)s."),
        mark("Auto-pay was switched on for %(bill_group)s."),
    ),
    "auto_pay_changed:false": (
        mark("%(actor)s switched auto-pay off for %(bill_group)s."),
        mark("Auto-pay was switched off for %(bill_group)s, because the payment method is gone."),
    ),
    "billing_started": (
        mark("Billing of the service %(service)s started on %(started)s."),
        mark("Billing of the service %(service)s started."),
    ),
    "subscription_started": (mark("The subscription of the service %(service)s was prepared."),),
    "subscription_ended": (mark("The subscription of the service %(service)s ended."),),
    "subscription_ended:provisioning_failed": (
        mark("The subscription of the service %(service)s ended, because it could not be provisioned."),
    ),
    "subscription_ended:cancelled": (
        mark("The subscription of the service %(service)s ended, as it was cancelled for that day."),
    ),
    "subscription_ended:expired": (mark("The subscription of the service %(service)s ended with its term."),),
    "subscription_ended:deleted": (
        mark("The subscription of the service %(service)s ended, because the service was deleted."),
    ),
    "subscription_changed": (
        mark("The subscription of the service %(service)s has another price from %(changed)s on: %(recurring)s each."),
        mark("The subscription of the service %(service)s is another one from %(changed)s on."),
    ),
    "subscription_ending": (mark("The subscription of the service %(service)s was cancelled, and ends on %(ends)s."),),
    "subscription_continued": (mark("The subscription of the service %(service)s goes on."),),
    "subscription_paused": (
        mark("The subscription of the service %(service)s is paused: it is not billed from %(paused)s on."),
    ),
    "subscription_resumed": (mark("The subscription of the service %(service)s is billed again from %(resumed)s on."),),
    "subscription_renewed": (
        mark("%(actor)s renewed the subscription of the service %(service)s: its term ends on %(term_end)s."),
        mark("The subscription of the service %(service)s was renewed: its term ends on %(term_end)s."),
    ),
    "subscription_renewed:true": (
        mark("The subscription of the service %(service)s renewed by itself: its term ends on %(term_end)s."),
    ),
    "subscription_renewal_refused": (mark("The subscription of the service %(service)s could not be renewed."),),
    "subscription_renewal_refused:not_renewable": (
        mark(
            "The subscription of the service %(service)s could not be renewed: it has no minimum term, has not started,"
            " or ends."
        ),
    ),
    "subscription_renewal_refused:too_long": (
        mark("The subscription of the service %(service)s could not be renewed: its term would be too long."),
    ),
    "subscription_renewal_refused:term_changed": (
        mark(
            "The subscription of the service %(service)s could not be renewed: its term or plan was changed meanwhile."
        ),
    ),
    "subscription_renewal_changed": (mark("Whether the subscription of %(service)s renews by itself was changed."),),
    "subscription_renewal_changed:true": (
        mark("%(actor)s chose that the subscription of the service %(service)s renews by itself."),
        mark("The subscription of the service %(service)s renews by itself."),
    ),
    "subscription_renewal_changed:false": (
        mark("%(actor)s chose that the subscription of the service %(service)s ends with its term."),
        mark("The subscription of the service %(service)s ends with its term."),
    ),
    "subscription_expiring": (mark("The term of the subscription of the service %(service)s ends on %(term_end)s."),),
    "billing_contact_changed": (
        mark("%(actor)s made %(contact)s the contact for the invoices of %(bill_group)s."),
        mark("%(actor)s changed the contact for the invoices of a bill group."),
    ),
    "billing_contact_changed:shipping": (
        mark("%(actor)s made %(contact)s the contact for the deliveries of %(bill_group)s."),
        mark("%(actor)s changed the contact for the deliveries of a bill group."),
    ),
    "billing_profile_changed": (
        mark("%(actor)s changed the billing details of %(bill_group)s."),
        mark("%(actor)s changed the billing details of a bill group."),
    ),
    "subscription_moved": (
        mark("%(actor)s moved the subscription of %(service)s to the bill group %(bill_group)s."),
        mark("%(actor)s moved a subscription to another bill group."),
    ),
    "bill_group_created": (mark("The bill group %(bill_group)s was created."),),
    "bill_group_retried": (mark("%(actor)s had the bill group %(bill_group)s billed again."),),
    "bill_group_updated": (mark("The bill group %(bill_group)s changed."),),
}
