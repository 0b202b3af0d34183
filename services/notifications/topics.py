"""The topics of mails, and whether recipients can switch them off (D24)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class TopicPolicy(StrEnum):
    """Whether recipients can switch a topic on or off."""

    forced = "forced"
    """Always sent: transactional mail."""
    default_on = "on unless switched off"
    default_off = "off unless switched on"


class Topic(StrEnum):
    sign_in = "sign_in"
    invitation = "invitation"
    new_browser = "new_browser"
    access_requested = "access_requested"
    access_approved = "access_approved"
    access_denied = "access_denied"
    workspace_renamed = "workspace_renamed"
    service_provisioned = "service_provisioned"
    provisioning_failed = "provisioning_failed"
    ordered_on_behalf = "ordered_on_behalf"
    order_requested = "order_requested"
    order_approved = "order_approved"
    order_refused = "order_refused"
    order_submitted = "order_submitted"
    order_confirmed = "order_confirmed"
    order_returned = "order_returned"
    change_approved = "change_approved"
    renewal_refused = "renewal_refused"
    service_changed = "service_changed"
    change_failed = "change_failed"
    service_cancelled = "service_cancelled"
    service_suspended = "service_suspended"
    service_resumed = "service_resumed"
    credentials_reset = "credentials_reset"
    subscription_expiring = "subscription_expiring"
    subscription_renewed = "subscription_renewed"
    subscription_ended = "subscription_ended"
    invoice_issued = "invoice_issued"
    invoice_paid = "invoice_paid"
    invoice_overdue = "invoice_overdue"
    invoice_long_overdue = "invoice_long_overdue"
    payment_received = "payment_received"
    payment_failed = "payment_failed"
    charge_failed = "charge_failed"
    payment_returned = "payment_returned"
    method_expiring = "method_expiring"
    methods_changed = "methods_changed"


class RecipientKind(StrEnum):
    """The kind of a message's recipient. The address is looked up when the mail is sent."""

    user = "user"
    admin_contact = "admin_contact"
    billing_contact = "billing_contact"
    mailbox = "mailbox"
    """The address is in the encrypted secret."""


POLICIES = {
    Topic.sign_in: TopicPolicy.forced,
    Topic.invitation: TopicPolicy.forced,
    Topic.new_browser: TopicPolicy.forced,  # the person has to notice when it was not them
    Topic.access_requested: TopicPolicy.forced,
    Topic.access_approved: TopicPolicy.forced,
    Topic.access_denied: TopicPolicy.forced,
    Topic.workspace_renamed: TopicPolicy.forced,
    Topic.service_provisioned: TopicPolicy.default_off,  # P27: can be received
    Topic.provisioning_failed: TopicPolicy.forced,  # D18
    Topic.ordered_on_behalf: TopicPolicy.forced,
    Topic.order_requested: TopicPolicy.forced,  # D2
    Topic.order_approved: TopicPolicy.forced,
    Topic.order_refused: TopicPolicy.forced,
    Topic.order_submitted: TopicPolicy.forced,
    Topic.order_confirmed: TopicPolicy.forced,
    Topic.order_returned: TopicPolicy.forced,
    Topic.change_approved: TopicPolicy.forced,
    Topic.renewal_refused: TopicPolicy.forced,
    Topic.service_changed: TopicPolicy.forced,
    Topic.change_failed: TopicPolicy.forced,
    Topic.service_cancelled: TopicPolicy.forced,  # the admins have to notice when it was none of them
    Topic.service_suspended: TopicPolicy.forced,
    Topic.service_resumed: TopicPolicy.forced,
    Topic.credentials_reset: TopicPolicy.forced,  # all admins have to notice when it was none of them
    Topic.subscription_expiring: TopicPolicy.forced,  # I12
    Topic.subscription_renewed: TopicPolicy.forced,
    Topic.subscription_ended: TopicPolicy.forced,
    Topic.invoice_issued: TopicPolicy.forced,
    Topic.invoice_paid: TopicPolicy.forced,
    Topic.invoice_overdue: TopicPolicy.forced,
    Topic.invoice_long_overdue: TopicPolicy.default_off,  # the switch of the provider's contacts
    Topic.payment_received: TopicPolicy.forced,
    Topic.payment_failed: TopicPolicy.forced,
    Topic.charge_failed: TopicPolicy.forced,
    Topic.payment_returned: TopicPolicy.forced,
    Topic.method_expiring: TopicPolicy.forced,
    Topic.methods_changed: TopicPolicy.forced,  # the contact has to notice when it was not one of them
}


ABOUT_MONEY = {
    Topic.invoice_issued,
    Topic.invoice_paid,
    Topic.invoice_overdue,
    Topic.invoice_long_overdue,
    Topic.payment_received,
    Topic.payment_failed,
    Topic.charge_failed,
    Topic.payment_returned,
    Topic.method_expiring,
    Topic.methods_changed,
}
"""Topics of billing contacts, of who began a payment, and of contacts of the provider. The others go to people whose
role may not see money, so their facts have none."""
TO_STAFF = {Topic.order_submitted}
"""Topics of the provider's users, about a workspace of somebody else."""
WITH_DOCUMENT = {Topic.invoice_issued, Topic.invoice_paid}
"""Topics whose mails have the invoice's PDF attached."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """The recipient of a message: an entry of the recipient book."""

    kind: RecipientKind
    id: UUID


def is_wanted(topic: Topic, switched: bool | None) -> bool:
    """Whether a recipient receives ``topic``. ``switched`` is the recipient's setting, or None for the default."""
    policy = POLICIES[topic]
    if policy is TopicPolicy.forced:
        return True
    return policy is TopicPolicy.default_on if switched is None else switched
