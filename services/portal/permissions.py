"""What permissions allow, in words for people: the titles of the permission table, for translation. What a role may do
is said from the same table, so that no page promises what no service allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.auth.permissions import level, table
from shared.language import mark_in, pgettext

PERMISSIONS: Mapping[str, str] = {
    "service.view": mark_in("permission", "See services and orders"),
    "service.order": mark_in("permission", "Order a service"),
    "add_on.configure": mark_in("permission", "Order, change and cancel add-ons of a service"),
    "service.change": mark_in("permission", "Change a service, suspend it and have it work again"),
    "service.delete": mark_in("permission", "Cancel a service"),
    "service.troubleshoot": mark_in("permission", "Restart and diagnose a service, read its console"),
    "credentials.reset": mark_in("permission", "Reset the credentials of a service"),
    "licence.view": mark_in("permission", "See licences and their keys"),
    "licence.release": mark_in("permission", "Release a machine that uses a licence"),
    "licence.rotate": mark_in("permission", "Replace the key of a licence"),
    "licence.revoke": mark_in("permission", "See customers' licences, revoke them and take that back"),
    "service.rename": mark_in("permission", "Give a service another name and labels"),
    "subscription.renew": mark_in("permission", "Renew a subscription, and choose whether it renews by itself"),
    "subscription.extend": mark_in("permission", "Extend the minimum term of a subscription"),
    "download.get": mark_in("permission", "Download releases of products"),
    "location.view": mark_in("permission", "See locations, and what is deployed there"),
    "location.manage": mark_in("permission", "Add, change and close locations, invite their people"),
    "order.approve": mark_in("permission", "Approve or refuse orders that others ask for"),
    "order.acknowledge": mark_in("permission", "Confirm or return orders that wait for the provider"),
    "order.retry": mark_in("permission", "Try a failed order again"),
    "mail.test": mark_in("permission", "See how mails are sent, and send oneself a test mail"),
    "work.fulfil": mark_in("permission", "Plan and finish what is done by hand, describe assets"),
    "work.view": mark_in("permission", "See the orders and the failed work of all workspaces"),
    "billing_run.view": mark_in("permission", "See what the billing run would bill, and which bill groups it left out"),
    "billing_run.retry": mark_in("permission", "Have a bill group billed again"),
    "bill_group.view": mark_in("permission", "See customers' bill groups, subscriptions and invoices"),
    "quote.view": mark_in("permission", "See quotes and their messages"),
    "quote.request": mark_in("permission", "Ask for quotes, write about them, and take them back"),
    "quote.accept": mark_in("permission", "Accept or decline an offer"),
    "quote.manage": mark_in("permission", "Draft, offer, revise and withdraw quotes for customers"),
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
    "workspace.export": mark_in("permission", "Download all data of the workspace"),
    "holder.change": mark_in("permission", "Replace the account's holders, and choose what is left to them"),
    "holder.answer": mark_in("permission", "Become a holder, or decline it; undo one's own replacement"),
    "holder.change_below": mark_in(
        "permission", "Replace a holder of a customer or partner, together with a second person"
    ),
    "branding.edit": mark_in("permission", "Change logo, colour, sender name and legal links"),
    "audit.view": mark_in("permission", "Read the audit log"),
    "customer.list": mark_in("permission", "See the customers and partners below this workspace"),
    "customer.manage_locations": mark_in(
        "permission", "See, add, change and close customers' locations, invite their people"
    ),
    "customer.invite": mark_in("permission", "Add a customer, keep its name and address on file, invite it, remove it"),
    "customer.link_user": mark_in("permission", "Link a user to a customer, change the link's role, revoke it"),
    "customer.enter": mark_in("permission", "Work on behalf of a customer"),
    "portal.preview": mark_in("permission", "See a bill group's portal as its visitors do"),
    "workspace.close": mark_in("permission", "Close the account, and keep it after all"),
    "workspace.suspend": mark_in("permission", "Suspend a customer or partner, and end its suspension"),
    "customer.move": mark_in("permission", "Propose that a customer goes to another partner"),
    "move.decide": mark_in("permission", "Consent to, or decline, a move to another partner"),
    "partner.create": mark_in("permission", "Add a partner"),
    "catalogue.edit": mark_in("permission", "Publish products, their releases, plans and prices"),
    "infrastructure.view": mark_in("permission", "See sites and hosts, their load, and what runs on them"),
    "infrastructure.manage": mark_in("permission", "Add and change sites and hosts, put a host into maintenance"),
    "mail.preview": mark_in("permission", "See what mails look like, with made-up data"),
    "campaign.view": mark_in("permission", "See news and what became of them"),
    "campaign.manage": mark_in("permission", "Write news, send and stop them"),
    "preference.edit": mark_in("permission", "One's own notices, and what one is told of"),
    "session.own": mark_in("permission", "One's own session, profile and workspaces"),
}


def permitted_by(name: str) -> str:
    """What a permission allows; its name where this version does not know it."""
    return pgettext("permission", PERMISSIONS[name]) if name in PERMISSIONS else name


ONLY_OWN: Mapping[str, str] = {
    "holder.answer": mark_in("permission", "Become a holder, or decline it; undo one's own replacement"),
    "audit.view": mark_in("permission", "Read what one did oneself in the audit log"),
    "customer.list": mark_in("permission", "See the customers that one is linked to"),
    "customer.enter": mark_in("permission", "Work on behalf of customers that one is linked to"),
}
"""What those may do whom the table gives a permission for their own rows alone."""
ONLY_ASK: Mapping[str, str] = {
    "service.order": mark_in("permission", "Ask for a service to be ordered"),
    "add_on.configure": mark_in("permission", "Ask for an add-on to be ordered, changed or cancelled"),
    "service.change": mark_in("permission", "Ask for a service to be changed"),
    "service.delete": mark_in("permission", "Ask for a service to be cancelled"),
    "subscription.renew": mark_in("permission", "Ask for the renewal of a subscription"),
    "subscription.extend": mark_in("permission", "Ask for a longer minimum term of a subscription"),
}
"""What those may do whom the table gives a permission with somebody else's approval."""
IN_PART: Mapping[str | None, Mapping[str, str]] = {"own": ONLY_OWN, "ask": ONLY_ASK}
EVERYBODYS = ("session.own", "preference.edit")
SUBJECTS: Mapping[str, tuple[str, ...]] = {
    mark_in("subject", "Services and orders"): (
        "service.", "add_on.", "licence.", "download.", "credentials.", "subscription.", "location.", "order.approve",
        "order.acknowledge", "order.retry",
    ),
    mark_in("subject", "Money"): (
        "money.", "invoice.", "payment_method.", "billing_profile.", "billing_contact.", "bill_group.", "credit.",
        "billing_run.", "quote.",
    ),
    mark_in("subject", "People and contacts"): ("user.", "holder.", "access_request.", "contact."),
    mark_in("subject", "The workspace"): ("workspace.", "branding.", "audit.", "move."),
    mark_in("subject", "Customers and partners"): ("customer.", "partner.", "access_rule.", "portal."),
    mark_in("subject", "Running the platform"): ("work.", "catalogue.", "infrastructure.", "mail.", "campaign."),
}  # fmt: skip
"""What permissions are about, by how their names begin."""
LEVELS: Mapping[str | None, str] = {
    "all": mark_in("level", "Yes"),
    "holder": mark_in("level", "Yes, unless left to the holders"),
    "holders_only": mark_in("level", "Holders only"),
    "ask": mark_in("level", "With an approval"),
    "own": mark_in("level", "Only one’s own"),
    None: mark_in("level", "No"),
}


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """What a permission allows, and how far each role has it."""

    title: str
    levels: list[tuple[str, bool]]
    """In words, by role, and whether the role has it at all."""


@dataclass(frozen=True, slots=True)
class PermissionGroup:
    title: str
    rows: list[PermissionRow]


def rows_of(workspace_kind: str, roles: Sequence[str]) -> list[PermissionGroup]:
    """All that one of the roles may do in a workspace of that kind, by subject, in the order of the table."""
    found = []
    for title, beginnings in SUBJECTS.items():
        names = [name for name in table() if name.startswith(beginnings)]
        rows = [_row(name, workspace_kind, roles) for name in names]
        if shown := [row for row in rows if any(has for _, has in row.levels)]:
            found.append(PermissionGroup(pgettext("subject", title), shown))
    return found


def _row(name: str, workspace_kind: str, roles: Sequence[str]) -> PermissionRow:
    at = [level(name, role, workspace_kind) for role in roles]
    levels = [None if each == "scoped" else each for each in at]
    return PermissionRow(permitted_by(name), [(pgettext("level", LEVELS[each]), each is not None) for each in levels])


def what_role_may(role: str, workspace_kind: str, about: tuple[str, ...] = ("",)) -> list[str]:
    """What the role may do in a workspace of that kind, in the order of the table; only permissions whose names begin
    as ``about`` says. What everybody may is not said, nor what takes a grant of a bill group."""
    names = [name for name in table() if name not in EVERYBODYS and name.startswith(about)]
    found = {name: level(name, role, workspace_kind) for name in names}
    return [
        pgettext("permission", IN_PART[at][name]) if at in IN_PART else permitted_by(name)
        for name, at in found.items()
        if at not in (None, "scoped")
    ]
