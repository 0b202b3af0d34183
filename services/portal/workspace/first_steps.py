"""The first steps of a new workspace, shown on the overview until they are done."""

from dataclasses import dataclass

from services.portal.clients.billing import BillGroup
from services.portal.clients.http import Page
from services.portal.clients.identity import Member
from services.portal.clients.provisioning import Service
from services.portal.viewer import Section, Viewer


@dataclass(frozen=True, slots=True)
class FirstStep:
    title: str
    text: str
    href: str
    done: bool


def first_steps(
    viewer: Viewer,
    services: Section[Page[Service]],
    bill_groups: Section[list[BillGroup]],
    users: Section[list[Member]],
) -> list[FirstStep]:
    """Only steps that this person may take; empty once all are done."""
    steps = []
    if services.ready and viewer.may("service.order"):
        text = "Choose a product, configure it and watch it being provisioned."
        steps.append(FirstStep("Order your first service", text, viewer.path("orders/new"), bool(services.value.items)))
    if bill_groups.ready and bill_groups.value and viewer.may("billing_contact.edit"):
        group = bill_groups.value[0]
        text = "Invoices go to this person."
        href = viewer.path(f"billing/{group.id}/contacts/billing")
        steps.append(FirstStep("Say who gets the invoices", text, href, bool(group.contacts.get("billing"))))
    if users.ready and viewer.may("user.invite"):
        text = "Give others their own sign-in, with as much access as they need."
        steps.append(FirstStep("Invite a colleague", text, viewer.path("users/invite"), len(users.value) > 1))
    return [] if all(step.done for step in steps) else steps
