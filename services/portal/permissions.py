"""What permissions allow, in words for people: the titles of the permission table, for translation. What a role may do
is said from the same table, so that no page promises what no service allows."""

from collections.abc import Mapping

from shared.auth.permissions import level, table
from shared.language import mark_in, pgettext

PERMISSIONS: Mapping[str, str] = {
    "service.view": mark_in("permission", "See services and orders"),
    "service.order": mark_in("permission", "Order a service"),
    "service.change": mark_in("permission", "Change a service, suspend it and have it work again"),
    "service.delete": mark_in("permission", "Cancel a service"),
    "service.troubleshoot": mark_in("permission", "Restart and diagnose a service, read its console"),
    "credentials.reset": mark_in("permission", "Reset the credentials of a service"),
    "service.rename": mark_in("permission", "Give a service another name and labels"),
    "subscription.renew": mark_in("permission", "Renew a subscription, and choose whether it renews by itself"),
    "subscription.extend": mark_in("permission", "Extend the minimum term of a subscription"),
    "order.approve": mark_in("permission", "Approve or refuse orders that others ask for"),
    "order.acknowledge": mark_in("permission", "Confirm or return orders that wait for the provider"),
    "order.retry": mark_in("permission", "Try a failed order again"),
    "work.view": mark_in("permission", "See the orders and the failed work of all workspaces"),
    "billing_run.view": mark_in("permission", "See what the billing run would bill, and which bill groups it left out"),
    "billing_run.retry": mark_in("permission", "Have a bill group billed again"),
    "bill_group.view": mark_in("permission", "See customers' bill groups, subscriptions and invoices"),
    "bill_group.manage": mark_in(
        "permission",
        "Create, rename and close customers' bill groups, move subscriptions, switch the portal and paying",
    ),
    "billing_profile.edit": mark_in(
        "permission", "Change a bill group's PO number, VAT number and registration number"
    ),
    "payment_method.view": mark_in("permission", "See saved payment methods"),
    "payment_method.manage": mark_in("permission", "Save and remove payment methods, switch auto-pay"),
    "credit.refund": mark_in("permission", "Pay a customer's credit back"),
    "access_rule.manage": mark_in("permission", "Decide who may open a bill group's portal"),
    "money.view": mark_in("permission", "See prices, the billing summary, invoices and MRR"),
    "invoice.pay": mark_in("permission", "Pay an invoice"),
    "billing_contact.edit": mark_in("permission", "Change a bill group's billing and shipping contact"),
    "user.list": mark_in("permission", "See the workspace's users"),
    "user.invite": mark_in("permission", "Invite a user"),
    "user.edit": mark_in("permission", "Change a user's role, remove a user"),
    "access_request.decide": mark_in("permission", "Decide who gets access that they asked for"),
    "contact.list": mark_in("permission", "See the company contacts"),
    "contact.edit": mark_in("permission", "Change the company contacts"),
    "workspace.edit": mark_in("permission", "Change the settings of the workspace"),
    "branding.edit": mark_in("permission", "Change logo, colour, sender name and legal links"),
    "audit.view": mark_in("permission", "Read the audit log"),
    "customer.list": mark_in("permission", "See the customers and partners below this workspace"),
    "customer.invite": mark_in("permission", "Add a customer, keep its address on file, invite it"),
    "customer.link_user": mark_in("permission", "Link a user to a customer, change the link's role, revoke it"),
    "customer.enter": mark_in("permission", "Work on behalf of a customer"),
    "portal.preview": mark_in("permission", "See a bill group's portal as its visitors do"),
    "partner.create": mark_in("permission", "Add a partner"),
    "catalogue.edit": mark_in("permission", "Publish products, plans and prices"),
    "infrastructure.view": mark_in("permission", "See sites and hosts, their load, and what runs on them"),
    "infrastructure.manage": mark_in("permission", "Add and change sites and hosts, put a host into maintenance"),
    "mail.preview": mark_in("permission", "See what mails look like, with made-up data"),
    "session.own": mark_in("permission", "One's own session, profile and workspaces"),
}


def permitted_by(name: str) -> str:
    """What a permission allows; its name where this version does not know it."""
    return pgettext("permission", PERMISSIONS[name]) if name in PERMISSIONS else name


ONLY_OWN: Mapping[str, str] = {
    "audit.view": mark_in("permission", "Read what one did oneself in the audit log"),
    "customer.list": mark_in("permission", "See the customers that one is linked to"),
    "customer.enter": mark_in("permission", "Work on behalf of customers that one is linked to"),
}
"""What those may do whom the table gives a permission for their own rows alone."""
ONLY_ASK: Mapping[str, str] = {
    "service.order": mark_in("permission", "Ask for a service to be ordered"),
    "service.change": mark_in("permission", "Ask for a service to be changed"),
    "service.delete": mark_in("permission", "Ask for a service to be cancelled"),
    "subscription.renew": mark_in("permission", "Ask for the renewal of a subscription"),
    "subscription.extend": mark_in("permission", "Ask for a longer minimum term of a subscription"),
}
"""What those may do whom the table gives a permission with somebody else's approval."""
IN_PART: Mapping[str | None, Mapping[str, str]] = {"own": ONLY_OWN, "ask": ONLY_ASK}
EVERYBODYS = "session.own"


def what_role_may(role: str, workspace_kind: str, about: tuple[str, ...] = ("",)) -> list[str]:
    """What the role may do in a workspace of that kind, in the order of the table; only permissions whose names begin
    as ``about`` says. What everybody may is not said, nor what takes a grant of a bill group."""
    names = [name for name in table() if name != EVERYBODYS and name.startswith(about)]
    found = {name: level(name, role, workspace_kind) for name in names}
    return [
        pgettext("permission", IN_PART[at][name]) if at in IN_PART else permitted_by(name)
        for name, at in found.items()
        if at not in (None, "scoped")
    ]
