"""What permissions allow, in words for people: the titles of the permission table, for translation."""

from collections.abc import Mapping

from shared.language import mark_in, pgettext

PERMISSIONS: Mapping[str, str] = {
    "service.view": mark_in("permission", "See services and orders"),
    "service.order": mark_in("permission", "Order a service"),
    "service.rename": mark_in("permission", "Give a service another name"),
    "order.retry": mark_in("permission", "Try a failed order again"),
    "money.view": mark_in("permission", "See prices, the billing summary, invoices and MRR"),
    "invoice.pay": mark_in("permission", "Pay an invoice"),
    "billing_contact.edit": mark_in("permission", "Change a bill group's billing and shipping contact"),
    "user.list": mark_in("permission", "See the workspace's users"),
    "user.invite": mark_in("permission", "Invite a user"),
    "user.edit": mark_in("permission", "Change a user's role, remove a user"),
    "contact.list": mark_in("permission", "See the company contacts"),
    "contact.edit": mark_in("permission", "Change the company contacts"),
    "workspace.edit": mark_in("permission", "Change the settings of the workspace"),
    "audit.view": mark_in("permission", "Read the audit log"),
    "customer.list": mark_in("permission", "See the customers and partners below this workspace"),
    "customer.invite": mark_in("permission", "Add a customer, keep its address on file, invite it"),
    "customer.link_user": mark_in("permission", "Link a user to a customer, change the link's role, revoke it"),
    "customer.enter": mark_in("permission", "Work on behalf of a customer"),
    "partner.create": mark_in("permission", "Add a partner"),
    "catalogue.edit": mark_in("permission", "Publish products, plans and prices"),
    "mail.preview": mark_in("permission", "See what mails look like, with made-up data"),
    "session.own": mark_in("permission", "One's own session, profile and workspaces"),
}


def permitted_by(name: str) -> str:
    """What a permission allows; its name where this version does not know it."""
    return pgettext("permission", PERMISSIONS[name]) if name in PERMISSIONS else name
