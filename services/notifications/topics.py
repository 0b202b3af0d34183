"""The table of topics: everything that people are told of, one row each, in the order in which pages list them."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.notifications import topic_ends as ends
from services.notifications.topic_rows import (
    ADDED,
    ADMIN_CONTACTS,
    APPROVERS,
    ASKED_FOR_ACCESS,
    ASKED_FOR_QUOTE,
    ASKED_TO_ORDER,
    BILLING_CONTACT,
    CONFIRMERS,
    CONTACTS_OF_PROVIDER,
    FORMER_OWNER,
    HOLDERS,
    HOLDERS_AND_FORMER,
    HOLDERS_AND_PROPOSED,
    HOLDERS_AND_UNDONE,
    INVITED,
    LINKED,
    NEW_HOLDER,
    OF_BOTH,
    OF_CUSTOMER,
    OF_FORMER_SELLER,
    OF_NEW_SELLER,
    OF_SELLER,
    OF_TERMS,
    OF_WORKSPACE,
    ORDERER,
    OWNER,
    PAYER,
    PRESENT_HOLDERS,
    PROPOSER,
    QUOTERS,
    TRIES_MAILBOX,
    WHO_ASKS_TO_SIGN_IN,
    WHO_SIGNS_IN,
    WORKERS,
    Group,
    TopicPolicy,
    TopicRow,
    news_row,
)
from shared.language import mark

ACCOUNT, WORKSPACE, CUSTOMERS, ORDERS, SERVICES, BILLING, WORK, NEWS = Group
ON, OFF = TopicPolicy.default_on, TopicPolicy.default_off


class Topic(StrEnum):
    """What a person or contact is told of."""

    # What is forced is transactional (D24), or has to be noticed at once. A new row needs its mail, with a sample.

    row: TopicRow

    def __new__(cls, key: str, row: TopicRow | None = None) -> "Topic":
        assert row is not None, "only looking one up names no row"
        topic = str.__new__(cls, key)
        topic._value_, topic.row = key, row
        return topic

    sign_in = "sign_in", TopicRow(mark("Sign-in link and code"), ACCOUNT, WHO_ASKS_TO_SIGN_IN)
    invitation = "invitation", TopicRow(mark("Invitation"), ACCOUNT, INVITED)
    new_browser = "new_browser", TopicRow(mark("Sign-in from a new browser"), ACCOUNT, WHO_SIGNS_IN, personal=True)
    mailbox_test = "mailbox_test", TopicRow(mark("Test mail"), ACCOUNT, TRIES_MAILBOX, personal=True)
    access_approved = "access_approved", TopicRow(mark("Access request approved"), ACCOUNT, ASKED_FOR_ACCESS)
    access_denied = "access_denied", TopicRow(mark("Access request denied"), ACCOUNT, ASKED_FOR_ACCESS, personal=True)
    user_added = "user_added", TopicRow(mark("User added"), ACCOUNT, ADDED)
    erasure_requested = (
        "erasure_requested",
        TopicRow(
            mark("Your account will be deleted"), ACCOUNT, OWNER, personal=True, thing="erasure_id", ended_by=ends.KEPT
        ),
    )
    erasure_withdrawn = "erasure_withdrawn", TopicRow(mark("Your account stays"), ACCOUNT, OWNER, personal=True)
    account_deleted = "account_deleted", TopicRow(mark("Your account is deleted"), ACCOUNT, FORMER_OWNER)
    access_requested = (
        "access_requested",
        TopicRow(
            mark("Somebody asks for access"), WORKSPACE, OF_WORKSPACE, thing="access_request_id", ended_by=ends.REQUEST
        ),
    )
    link_added = "link_added", TopicRow(mark("Somebody of the seller may enter"), WORKSPACE, OF_CUSTOMER)
    parent_admins_switched = (
        "parent_admins_switched",
        TopicRow(mark("Admins of the seller let in or kept out"), WORKSPACE, OF_BOTH),
    )
    workspace_renamed = "workspace_renamed", TopicRow(mark("Workspace renamed"), WORKSPACE, OF_WORKSPACE)
    workspace_suspended = "workspace_suspended", TopicRow(mark("Workspace suspended"), WORKSPACE, OF_WORKSPACE)
    workspace_reinstated = (
        "workspace_reinstated",
        TopicRow(mark("Suspension of the workspace ended"), WORKSPACE, OF_WORKSPACE),
    )
    account_closing = "account_closing", TopicRow(mark("Account will be closed"), WORKSPACE, OF_BOTH)
    account_closing_soon = "account_closing_soon", TopicRow(mark("Account will be closed soon"), WORKSPACE, OF_BOTH)
    account_kept = "account_kept", TopicRow(mark("Account is not closed after all"), WORKSPACE, OF_BOTH)
    account_closed = "account_closed", TopicRow(mark("Account closed"), WORKSPACE, OF_BOTH, personal=True)
    move_proposed = (
        "move_proposed",
        TopicRow(
            mark("Another seller proposed"),
            WORKSPACE,
            OF_CUSTOMER,
            from_provider=True,
            thing="move_id",
            ended_by=ends.MOVE,
        ),
    )
    move_withdrawn = (
        "move_withdrawn",
        TopicRow(mark("Proposal of another seller taken back"), WORKSPACE, OF_CUSTOMER, from_provider=True),
    )
    workspace_moved = (
        "workspace_moved",
        TopicRow(mark("Another company looks after the workspace"), WORKSPACE, OF_CUSTOMER),
    )
    holder_asked = (
        "holder_asked",
        TopicRow(
            mark("Somebody is asked to become a holder"), WORKSPACE, NEW_HOLDER, thing="change_id", ended_by=ends.CHANGE
        ),
    )
    holder_proposed = (
        "holder_proposed",
        TopicRow(
            mark("Change of a holder proposed"), WORKSPACE, PRESENT_HOLDERS, thing="change_id", ended_by=ends.CHANGE
        ),
    )
    holder_change_ended = (
        "holder_change_ended",
        TopicRow(mark("Holders stay as they are"), WORKSPACE, HOLDERS_AND_PROPOSED),
    )
    holder_changed = "holder_changed", TopicRow(mark("Holder changed"), WORKSPACE, HOLDERS_AND_FORMER)
    holder_change_undone = (
        "holder_change_undone",
        TopicRow(mark("Change of a holder undone"), WORKSPACE, HOLDERS_AND_UNDONE),
    )
    holders_check_due = "holders_check_due", TopicRow(mark("Yearly question about the holders"), WORKSPACE, HOLDERS)
    link_ended = "link_ended", TopicRow(mark("Access to a customer ended"), CUSTOMERS, LINKED, personal=True)
    link_ended_by_customer = (
        "link_ended_by_customer",
        TopicRow(mark("A customer ended somebody’s access"), CUSTOMERS, OF_SELLER),
    )
    move_declined = "move_declined", TopicRow(mark("Move of a customer declined"), CUSTOMERS, PROPOSER)
    move_expired = "move_expired", TopicRow(mark("Move of a customer not answered"), CUSTOMERS, PROPOSER)
    move_consented = "move_consented", TopicRow(mark("Customer consented to a move"), CUSTOMERS, PROPOSER)
    customer_left = "customer_left", TopicRow(mark("Customer has left"), CUSTOMERS, OF_FORMER_SELLER)
    customer_joined = "customer_joined", TopicRow(mark("Customer has come"), CUSTOMERS, OF_NEW_SELLER, policy=ON)
    ordered_on_behalf = "ordered_on_behalf", TopicRow(mark("Order on behalf"), ORDERS, OF_CUSTOMER)
    order_requested = (
        "order_requested",
        TopicRow(
            mark("An order waits for approval"), ORDERS, APPROVERS, policy=ON, thing="order_id", ended_by=ends.DECISION
        ),
    )
    order_approved = "order_approved", TopicRow(mark("Order approved"), ORDERS, ASKED_TO_ORDER, policy=ON)
    order_refused = "order_refused", TopicRow(mark("Order refused"), ORDERS, ASKED_TO_ORDER)
    quote_offered = (
        "quote_offered",
        TopicRow(mark("Offer to answer"), ORDERS, ASKED_FOR_QUOTE, thing="quote_id", ended_by=ends.OFFER),
    )
    quote_expiring = (
        "quote_expiring",
        TopicRow(mark("Offer ends soon"), ORDERS, ASKED_FOR_QUOTE, thing="quote_id", ended_by=ends.OFFER),
    )
    quote_withdrawn = "quote_withdrawn", TopicRow(mark("Quote withdrawn"), ORDERS, ASKED_FOR_QUOTE)
    quote_message = "quote_message", TopicRow(mark("Message about a quote"), ORDERS, ASKED_FOR_QUOTE)
    order_confirmed = "order_confirmed", TopicRow(mark("Order confirmed"), ORDERS, ORDERER, policy=ON)
    order_returned = "order_returned", TopicRow(mark("Order returned"), ORDERS, ORDERER)
    change_approved = (
        "change_approved",
        TopicRow(mark("Change, cancellation or renewal approved"), ORDERS, ASKED_TO_ORDER, policy=ON),
    )
    renewal_refused = "renewal_refused", TopicRow(mark("Subscription could not be renewed"), ORDERS, ORDERER)
    provisioning_failed = "provisioning_failed", TopicRow(mark("Provisioning failed"), ORDERS, ORDERER)
    manual_task_planned = "manual_task_planned", TopicRow(mark("Order planned"), ORDERS, ORDERER)
    manual_task_finished = "manual_task_finished", TopicRow(mark("Order done"), ORDERS, ORDERER, policy=ON)
    service_changed = "service_changed", TopicRow(mark("Service changed"), SERVICES, ORDERER)
    change_failed = "change_failed", TopicRow(mark("Service could not be changed"), SERVICES, ORDERER)
    service_cancelled = "service_cancelled", TopicRow(mark("Service cancelled"), SERVICES, OF_CUSTOMER)
    service_suspended = (
        "service_suspended",
        TopicRow(mark("Service suspended because something is overdue"), SERVICES, OF_CUSTOMER),
    )
    service_resumed = "service_resumed", TopicRow(mark("Service works again after it was paid"), SERVICES, OF_CUSTOMER)
    credentials_reset = "credentials_reset", TopicRow(mark("Credentials reset"), SERVICES, OF_CUSTOMER)
    licence_issued = "licence_issued", TopicRow(mark("Licence ready"), SERVICES, OF_TERMS)
    licence_rotated = "licence_rotated", TopicRow(mark("Licence key replaced"), SERVICES, OF_CUSTOMER)
    licence_revoked = "licence_revoked", TopicRow(mark("Licence revoked"), SERVICES, OF_CUSTOMER)
    licence_reinstated = "licence_reinstated", TopicRow(mark("Licence valid again"), SERVICES, OF_CUSTOMER)
    document_added = (
        "document_added",
        TopicRow(mark("New document"), SERVICES, OF_CUSTOMER, ON, thing="document_id", ended_by=ends.REMOVAL),
    )
    service_provisioned = (
        "service_provisioned",
        TopicRow(mark("Service provisioned"), SERVICES, ADMIN_CONTACTS, policy=OFF, gathered=True),
    )
    service_deleted = (
        "service_deleted",
        TopicRow(mark("Service deleted"), SERVICES, ADMIN_CONTACTS, policy=OFF, gathered=True),
    )
    subscription_expiring = (
        "subscription_expiring",
        TopicRow(
            mark("Subscription’s term ends soon"), SERVICES, OF_TERMS, thing="subscription_id", ended_by=ends.TERM
        ),
    )
    subscription_renewed = "subscription_renewed", TopicRow(mark("Subscription renewed by itself"), SERVICES, OF_TERMS)
    subscription_ended = "subscription_ended", TopicRow(mark("Subscription ended"), SERVICES, OF_TERMS)
    invoice_issued = (
        "invoice_issued",
        TopicRow(mark("New invoice"), BILLING, BILLING_CONTACT, about_money=True, with_document=True),
    )
    invoice_paid = (
        "invoice_paid",
        TopicRow(mark("Receipt of a paid invoice"), BILLING, BILLING_CONTACT, about_money=True, with_document=True),
    )
    payment_received = (
        "payment_received",
        TopicRow(mark("Payment received"), BILLING, PAYER, policy=ON, about_money=True),
    )
    payment_failed = "payment_failed", TopicRow(mark("Payment failed"), BILLING, PAYER, about_money=True)
    charge_failed = (
        "charge_failed",
        TopicRow(mark("Automatic payment failed"), BILLING, BILLING_CONTACT, about_money=True),
    )
    payment_returned = (
        "payment_returned",
        TopicRow(mark("Payment taken back by the bank"), BILLING, BILLING_CONTACT, about_money=True),
    )
    method_expiring = (
        "method_expiring",
        TopicRow(mark("Payment method ends soon"), BILLING, BILLING_CONTACT, about_money=True),
    )
    methods_changed = (
        "methods_changed",
        TopicRow(mark("Payment method saved or removed"), BILLING, BILLING_CONTACT, about_money=True),
    )
    invoice_overdue = (
        "invoice_overdue",
        TopicRow(mark("Reminder of an overdue invoice"), BILLING, BILLING_CONTACT, about_money=True),
    )
    invoice_long_overdue = (
        "invoice_long_overdue",
        TopicRow(mark("Invoice open after all reminders"), BILLING, CONTACTS_OF_PROVIDER, policy=OFF, about_money=True),
    )
    order_submitted = (
        "order_submitted",
        TopicRow(
            mark("An order waits to be confirmed"), WORK, CONFIRMERS, policy=ON, thing="order_id", ended_by=ends.ANSWER
        ),
    )
    quote_requested = (
        "quote_requested",
        TopicRow(mark("A quote is asked for"), WORK, QUOTERS, thing="quote_id", ended_by=ends.PRICING),
    )
    quote_message_to_staff = (
        "quote_message_to_staff",
        TopicRow(mark("Message of a customer about a quote"), WORK, QUOTERS),
    )
    quote_accepted = "quote_accepted", TopicRow(mark("Offer accepted"), WORK, QUOTERS)
    quote_declined = "quote_declined", TopicRow(mark("Offer declined"), WORK, QUOTERS)
    quote_not_ordered = "quote_not_ordered", TopicRow(mark("Accepted quote could not be ordered"), WORK, QUOTERS)
    manual_task_opened = (
        "manual_task_opened",
        TopicRow(
            mark("Something is to be done by hand"), WORK, WORKERS, policy=ON, thing="task_id", ended_by=ends.TASK
        ),
    )
    news_webinar = "news_webinar", news_row(mark("Webinars"))
    news_release = "news_release", news_row(mark("New releases"))
    news_event = "news_event", news_row(mark("Conferences and meetings"))
    news_other = "news_other", news_row(mark("Other news"))


class RecipientKind(StrEnum):
    """The kind of a message's recipient. The address is looked up when the mail is sent."""

    user = "user"
    admin_contact = "admin_contact"
    billing_contact = "billing_contact"
    mailbox = "mailbox"
    """The address is in the encrypted secret."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """The recipient of a message: an entry of the recipient book."""

    kind: RecipientKind
    id: UUID
