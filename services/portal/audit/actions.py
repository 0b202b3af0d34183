"""What can be found in the log, in words for people: each event's title, and what it is about."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from shared.events import REGISTRY
from shared.language import gettext, mark, mark_in, pgettext

GROUPS = {
    "access": mark("Users and access"),
    "sessions": mark("Signing in"),
    "services": mark("Orders and services"),
    "billing": mark("Billing"),
    "catalogue": mark("Products and prices"),
    "infrastructure": mark("Sites and hosts"),
    "company": mark("Company"),
    "lists": mark("Exports"),
    "system": mark("Mails, counts and operation"),
}
"""What actions are about, in the order of the filter."""


@dataclass(frozen=True, slots=True)
class Action:
    group: str
    text: str
    noise: bool = False
    """Nobody did it: it only tells what follows from something else in the log."""

    @property
    def title(self) -> str:
        return pgettext("action", self.text)


ACTIONS: Mapping[str, Action] = {
    "user_registered": Action("access", mark_in("action", "User joined")),
    "user_updated": Action("access", mark_in("action", "User changed")),
    "invitation_sent": Action("access", mark_in("action", "Invitation sent")),
    "invitation_reminded": Action("access", mark_in("action", "Invitation reminded of")),
    "invitation_accepted": Action("access", mark_in("action", "Invitation accepted")),
    "invitation_declined": Action("access", mark_in("action", "Invitation declined")),
    "invitation_revoked": Action("access", mark_in("action", "Invitation revoked")),
    "access_requested": Action("access", mark_in("action", "Access asked for")),
    "access_request_approved": Action("access", mark_in("action", "Access request approved")),
    "access_request_denied": Action("access", mark_in("action", "Access request denied")),
    "access_request_withdrawn": Action("access", mark_in("action", "Access request withdrawn")),
    "access_request_expired": Action("access", mark_in("action", "Access request expired")),
    "access_granted": Action("access", mark_in("action", "Role given")),
    "access_changed": Action("access", mark_in("action", "Role changed")),
    "access_revoked": Action("access", mark_in("action", "Role taken away")),
    "access_rule_added": Action("access", mark_in("action", "Portal access added")),
    "access_rule_removed": Action("access", mark_in("action", "Portal access removed")),
    "attempt_refused": Action("access", mark_in("action", "Attempt refused")),
    "parent_admins_switched": Action("access", mark_in("action", "Admins of the seller let in or kept out")),
    "on_behalf_started": Action("access", mark_in("action", "Work on behalf started")),
    "on_behalf_ended": Action("access", mark_in("action", "Work on behalf ended")),
    "preview_opened": Action("access", mark_in("action", "Preview opened")),
    "preview_ended": Action("access", mark_in("action", "Preview ended")),
    "user_signed_in": Action("sessions", mark_in("action", "Signed in")),
    "session_ended": Action("sessions", mark_in("action", "Signed out")),
    "order_placed": Action("services", mark_in("action", "Service ordered")),
    "order_requested": Action("services", mark_in("action", "Order asked for")),
    "order_refused": Action("services", mark_in("action", "Order refused")),
    "order_submitted": Action("services", mark_in("action", "Service ordered, to be confirmed")),
    "order_returned": Action("services", mark_in("action", "Order returned")),
    "renewal_ordered": Action("services", mark_in("action", "Renewal ordered")),
    "order_withdrawn": Action("services", mark_in("action", "Order withdrawn")),
    "order_retried": Action("services", mark_in("action", "Order tried again")),
    "service_provisioned": Action("services", mark_in("action", "Service provisioned")),
    "service_provisioning_failed": Action("services", mark_in("action", "Provisioning failed")),
    "operation_started": Action("services", mark_in("action", "Work on a service begun")),
    "operation_cancelled": Action("services", mark_in("action", "Work on a service cancelled")),
    "operation_ended": Action("services", mark_in("action", "Work on a service ended"), noise=True),
    "credentials_shown": Action("services", mark_in("action", "New credentials shown")),
    "licence_issued": Action("services", mark_in("action", "Licence issued")),
    "licence_key_shown": Action("services", mark_in("action", "Licence key shown")),
    "licence_rotated": Action("services", mark_in("action", "Licence key replaced")),
    "licence_revoked": Action("services", mark_in("action", "Licence revoked")),
    "licence_reinstated": Action("services", mark_in("action", "Licence valid again")),
    "licence_activated": Action("services", mark_in("action", "Licence activated")),
    "licence_deactivated": Action("services", mark_in("action", "Machine released from a licence")),
    "service_change_ordered": Action("services", mark_in("action", "Change of a service ordered")),
    "service_changed": Action("services", mark_in("action", "Service changed")),
    "service_change_failed": Action("services", mark_in("action", "Change of a service failed")),
    "service_suspended": Action("services", mark_in("action", "Service suspended")),
    "service_resumed": Action("services", mark_in("action", "Service resumed")),
    "cancellation_ordered": Action("services", mark_in("action", "Service cancelled")),
    "cancellation_undone": Action("services", mark_in("action", "Cancellation undone")),
    "service_deleted": Action("services", mark_in("action", "Service deleted")),
    "manual_task_opened": Action("services", mark_in("action", "Work by hand to do"), noise=True),
    "manual_task_planned": Action("services", mark_in("action", "Work by hand planned")),
    "manual_task_finished": Action("services", mark_in("action", "Work by hand done")),
    "manual_task_given_up": Action("services", mark_in("action", "Work by hand given up")),
    "asset_described": Action("services", mark_in("action", "Asset described")),
    "service_labelled": Action("services", mark_in("action", "Service labelled")),
    "service_renamed": Action("services", mark_in("action", "Service renamed")),
    "document_added": Action("billing", mark_in("action", "Document added")),
    "document_removed": Action("billing", mark_in("action", "Document removed")),
    "document_downloaded": Action("billing", mark_in("action", "Document downloaded")),
    "invoice_issued": Action("billing", mark_in("action", "Invoice issued")),
    "invoice_paid": Action("billing", mark_in("action", "Invoice paid")),
    "invoice_downloaded": Action("billing", mark_in("action", "Invoice downloaded")),
    "invoice_print_retried": Action("billing", mark_in("action", "Invoice printed again")),
    "invoice_overdue": Action("billing", mark_in("action", "Invoice reminder sent")),
    "invoice_long_overdue": Action("billing", mark_in("action", "Invoice open after all reminders")),
    "payment_started": Action("billing", mark_in("action", "Payment begun")),
    "payment_succeeded": Action("billing", mark_in("action", "Payment received")),
    "payment_failed": Action("billing", mark_in("action", "Payment failed")),
    "payment_returned": Action("billing", mark_in("action", "Payment returned by the bank")),
    "payment_disputed": Action("billing", mark_in("action", "Payment disputed")),
    "invoice_partly_paid": Action("billing", mark_in("action", "Invoice partly paid")),
    "invoice_reopened": Action("billing", mark_in("action", "Invoice open again")),
    "credit_added": Action("billing", mark_in("action", "Credit received")),
    "credit_applied": Action("billing", mark_in("action", "Credit used")),
    "credit_taken_back": Action("billing", mark_in("action", "Credit taken back by the bank")),
    "credit_refund_started": Action("billing", mark_in("action", "Credit paid back")),
    "credit_refund_ended": Action("billing", mark_in("action", "Outcome of a refund")),
    "payment_method_added": Action("billing", mark_in("action", "Payment method saved")),
    "payment_method_removed": Action("billing", mark_in("action", "Payment method removed")),
    "default_payment_method_changed": Action("billing", mark_in("action", "Default payment method changed")),
    "payment_method_expiring": Action("billing", mark_in("action", "Payment method ends soon")),
    "auto_pay_changed": Action("billing", mark_in("action", "Auto-pay switched")),
    "billing_started": Action("billing", mark_in("action", "Billing started")),
    "subscription_started": Action("billing", mark_in("action", "Subscription started"), noise=True),
    "subscription_ended": Action("billing", mark_in("action", "Subscription ended")),
    "subscription_changed": Action("billing", mark_in("action", "Subscription changed")),
    "subscription_ending": Action("billing", mark_in("action", "Subscription cancelled")),
    "subscription_continued": Action("billing", mark_in("action", "Subscription goes on")),
    "subscription_paused": Action("billing", mark_in("action", "Subscription paused")),
    "subscription_resumed": Action("billing", mark_in("action", "Subscription resumed")),
    "subscription_renewed": Action("billing", mark_in("action", "Subscription renewed")),
    "subscription_renewal_refused": Action("billing", mark_in("action", "Renewal not possible")),
    "subscription_renewal_changed": Action("billing", mark_in("action", "Renewal chosen")),
    "subscription_expiring": Action("billing", mark_in("action", "Term ends soon")),
    "billing_contact_changed": Action("billing", mark_in("action", "Invoice contact changed")),
    "billing_profile_changed": Action("billing", mark_in("action", "Billing details changed")),
    "quote_requested": Action("billing", mark_in("action", "Quote asked for")),
    "quote_drafted": Action("billing", mark_in("action", "Offer drafted")),
    "quote_offered": Action("billing", mark_in("action", "Offer made")),
    "quote_revised": Action("billing", mark_in("action", "Offer taken up again")),
    "quote_expiring": Action("billing", mark_in("action", "Reminded of an offer")),
    "quote_expired": Action("billing", mark_in("action", "Offer expired")),
    "quote_accepted": Action("billing", mark_in("action", "Offer accepted")),
    "quote_order_retried": Action("billing", mark_in("action", "Quote ordered again")),
    "quote_declined": Action("billing", mark_in("action", "Offer declined")),
    "quote_withdrawn": Action("billing", mark_in("action", "Quote withdrawn")),
    "quote_message_written": Action("billing", mark_in("action", "Message about a quote")),
    "quote_note_written": Action("billing", mark_in("action", "Note about a quote")),
    "quote_ordered": Action("billing", mark_in("action", "Quote ordered")),
    "quote_order_refused": Action("billing", mark_in("action", "Quote not ordered")),
    "subscription_moved": Action("billing", mark_in("action", "Subscription moved")),
    "bill_group_created": Action("billing", mark_in("action", "Bill group created"), noise=True),
    "bill_group_retried": Action("billing", mark_in("action", "Bill group billed again")),
    "bill_group_updated": Action("billing", mark_in("action", "Bill group changed"), noise=True),
    "product_published": Action("catalogue", mark_in("action", "Product published")),
    "product_withdrawn": Action("catalogue", mark_in("action", "Product withdrawn")),
    "product_offered": Action("catalogue", mark_in("action", "Product offered again")),
    "release_published": Action("catalogue", mark_in("action", "Release published")),
    "release_withdrawn": Action("catalogue", mark_in("action", "Release withdrawn")),
    "download_served": Action("services", mark_in("action", "File downloaded")),
    "location_added": Action("company", mark_in("action", "Location added")),
    "location_updated": Action("company", mark_in("action", "Location changed")),
    "location_closed": Action("company", mark_in("action", "Location closed")),
    "site_added": Action("infrastructure", mark_in("action", "Site added")),
    "site_changed": Action("infrastructure", mark_in("action", "Site changed")),
    "host_added": Action("infrastructure", mark_in("action", "Host added")),
    "host_changed": Action("infrastructure", mark_in("action", "Host changed")),
    "host_maintenance_started": Action("infrastructure", mark_in("action", "Host put into maintenance")),
    "host_maintenance_ended": Action("infrastructure", mark_in("action", "Maintenance of a host ended")),
    "plan_published": Action("catalogue", mark_in("action", "Plan published")),
    "plan_withdrawn": Action("catalogue", mark_in("action", "Plan withdrawn")),
    "plan_offered": Action("catalogue", mark_in("action", "Plan offered again")),
    "workspace_created": Action("company", mark_in("action", "Workspace created")),
    "workspace_updated": Action("company", mark_in("action", "Workspace changed")),
    "workspace_removed": Action("company", mark_in("action", "Workspace removed")),
    "workspace_connected": Action("company", mark_in("action", "Workspace connected")),
    "workspace_suspended": Action("company", mark_in("action", "Workspace suspended")),
    "workspace_closing": Action("company", mark_in("action", "Closing of the account asked for")),
    "workspace_closing_soon": Action("company", mark_in("action", "Account will be closed soon"), noise=True),
    "workspace_kept": Action("company", mark_in("action", "Account kept")),
    "workspace_closed": Action("company", mark_in("action", "Account closed")),
    "workspace_reinstated": Action("company", mark_in("action", "Suspension of the workspace ended")),
    "move_proposed": Action("company", mark_in("action", "Another seller proposed")),
    "move_withdrawn": Action("company", mark_in("action", "Proposal of another seller withdrawn")),
    "move_declined": Action("company", mark_in("action", "Another seller declined")),
    "move_expired": Action("company", mark_in("action", "Proposal of another seller not answered")),
    "workspace_moved": Action("company", mark_in("action", "Another seller consented to")),
    "customer_left": Action("company", mark_in("action", "Customer left")),
    "customer_joined": Action("company", mark_in("action", "Customer came")),
    "holder_change_requested": Action("access", mark_in("action", "Change of a holder asked for")),
    "holder_change_proposed": Action("access", mark_in("action", "Change of a holder proposed")),
    "holder_change_ended": Action("access", mark_in("action", "Change of a holder came to nothing")),
    "holder_changed": Action("access", mark_in("action", "Holder changed")),
    "holder_change_undone": Action("access", mark_in("action", "Change of a holder undone")),
    "holders_checked": Action("access", mark_in("action", "Holders confirmed")),
    "holders_check_due": Action("access", mark_in("action", "Holders asked whether they are right")),
    "erasure_requested": Action("access", mark_in("action", "Deletion of an account asked for")),
    "erasure_withdrawn": Action("access", mark_in("action", "Account kept")),
    "own_data_downloaded": Action("access", mark_in("action", "Own data downloaded")),
    "user_erased": Action("access", mark_in("action", "Account deleted")),
    "user_added": Action("access", mark_in("action", "User added")),
    "account_not_found": Action("access", mark_in("action", "Account looked for")),
    "brand_changed": Action("company", mark_in("action", "Branding changed")),
    "contact_added": Action("company", mark_in("action", "Contact added")),
    "contact_changed": Action("company", mark_in("action", "Contact changed")),
    "contact_removed": Action("company", mark_in("action", "Contact removed")),
    "export_made": Action("lists", mark_in("action", "List exported")),
    "export_downloaded": Action("lists", mark_in("action", "Export downloaded")),
    "archive_requested": Action("lists", mark_in("action", "Archive requested")),
    "archive_downloaded": Action("lists", mark_in("action", "Archive downloaded")),
    "operator_command_run": Action("system", mark_in("action", "Command run on the server")),
    "message_sent": Action("system", mark_in("action", "Mail sent"), noise=True),
    "message_failed": Action("system", mark_in("action", "Mail failed")),
    "message_asked_again": Action("system", mark_in("action", "Mail asked for again")),
    "campaign_scheduled": Action("system", mark_in("action", "News scheduled")),
    "campaign_taken_back": Action("system", mark_in("action", "News taken back")),
    "mail_test_asked": Action("system", mark_in("action", "Test mail sent")),
    "campaign_tested": Action("system", mark_in("action", "News tried out")),
    "campaign_started": Action("system", mark_in("action", "News begun to be sent"), noise=True),
    "campaign_stopped": Action("system", mark_in("action", "News stopped")),
    "campaign_sent": Action("system", mark_in("action", "News sent"), noise=True),
    "message_retried": Action("system", mark_in("action", "Mail tried again")),
    "contact_preference_changed": Action("system", mark_in("action", "Notifications of a contact changed")),
    "address_suppressed": Action("system", mark_in("action", "Address suppressed")),
    "address_released": Action("system", mark_in("action", "Address released")),
    "preferences_changed": Action("system", mark_in("action", "Notifications of a person changed")),
    "mrr_changed": Action("system", mark_in("action", "Monthly revenue changed"), noise=True),
    "service_counts_changed": Action("system", mark_in("action", "Number of services changed"), noise=True),
}
"""By the last part of the event's name, which says what happened whoever publishes it."""

OF_SERVICES = {
    "identity": mark_in("of a service", "users and access"),
    "billing": mark_in("of a service", "billing"),
    "provisioning": mark_in("of a service", "orders and services"),
    "notifications": mark_in("of a service", "mails"),
    "audit": mark_in("of a service", "audit log"),
}
"""What a service's events are about, where several services have an event of the same name."""

AUDITED = tuple(sorted(name for name, event in REGISTRY.items() if not event.transient))


def action_of(name: str) -> Action | None:
    """The action of an event; None of one that this version does not know."""
    return ACTIONS.get(name.rpartition(".")[2])


def grouped_actions() -> list[tuple[str, list[tuple[str, str]]]]:
    """The groups' titles with their actions, as options of a select: events' names with their titles."""
    found: dict[str, list[tuple[str, str]]] = {group: [] for group in GROUPS}
    several = Counter(name.rpartition(".")[2] for name in AUDITED)
    for name in AUDITED:
        if (action := action_of(name)) is not None:
            service, _, last = name.rpartition(".")
            title = f"{action.title} ({pgettext('of a service', OF_SERVICES[service])})" if several[last] > 1 else ""
            found[action.group].append((name, title or action.title))
    return [(gettext(GROUPS[group]), sorted(options, key=lambda one: one[1])) for group, options in found.items()
            if options]  # fmt: skip
