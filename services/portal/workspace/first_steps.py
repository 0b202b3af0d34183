"""The first steps of a new workspace, shown on the overview until they are done."""

from dataclasses import dataclass

from services.portal.clients.billing import BillGroup
from services.portal.clients.http import Page
from services.portal.clients.provisioning import Service
from services.portal.viewer import Section, Viewer, section
from shared.language import gettext as _


@dataclass(frozen=True, slots=True)
class FirstStep:
    title: str
    text: str
    href: str
    done: bool


async def first_steps(
    viewer: Viewer, services: Section[Page[Service]], bill_groups: Section[list[BillGroup]]
) -> list[FirstStep]:
    """Only steps that this person may take; empty once the workspace has a service and somebody who gets its invoices.
    Who works alone is not asked for colleagues for ever, and an overview of every day does not count them."""
    steps = []
    if services.ready and viewer.may_order:
        title, text = _("Order your first service"), _("Choose a product, configure it and watch it being provisioned.")
        steps.append(FirstStep(title, text, viewer.path("orders/new"), bool(services.value.items)))
    if bill_groups.ready and bill_groups.value and viewer.may("billing_contact.edit"):
        group = bill_groups.value[0]
        title, text = _("Say who gets the invoices"), _("Invoices go to this person.")
        href = viewer.path(f"billing/{group.id}/contacts/billing")
        steps.append(FirstStep(title, text, href, bool(group.contacts.get("billing"))))
    if all(step.done for step in steps):
        return []
    return [*steps, *await _colleagues(viewer)]


async def _colleagues(viewer: Viewer) -> list[FirstStep]:
    users = await section(viewer, "user.invite", lambda: viewer.services.identity.users(limit=2))
    if not users.ready:
        return []
    text = _("Give others their own sign-in, with as much access as they need.")
    return [FirstStep(_("Invite a colleague"), text, viewer.path("users/invite"), len(users.value.items) > 1)]
