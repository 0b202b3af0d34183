"""What is to be done about customers and their orders: numbers on a parent's overview, each of which leads to the list
that it counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.clients.customers import COUNTED, CustomersSummary
from services.portal.clients.figures import CustomersMrr
from services.portal.clients.of_all_workspaces import CustomerOrderCounts
from services.portal.viewer import Viewer
from services.portal.vocabulary import MOVEMENTS, pill
from shared.language import formats
from shared.language import gettext as _

ORDER = ("new", "expansion", "resumed", "contraction", "paused", "churn")
"""Of movements: what brings more, then what brings less."""


@dataclass(frozen=True, slots=True)
class Glance:
    title: str
    said: str
    """What it counts."""
    number: str
    href: str


def customers_at_a_glance(viewer: Viewer, found: CustomersSummary) -> Sequence[Glance]:
    """By activity, as the switch and the filter of the list tell them apart, and who has yet to accept."""
    base = f"/{viewer.workspace.kind}/{viewer.workspace.slug}"
    glances = [
        Glance(_("Active"), _("Active or ordering in the last 30 days, or billed"), _active(found),
               f"{base}/customers?hide_inactive=true"),
        Glance(_("Inactive"), _("No order and no activity for more than 30 days, and no revenue"),
               _counted(found.inactive), f"{base}/customers?activity=inactive"),
        Glance(_("Never active"), _("Nobody there has been active yet, and nothing was ordered"),
               _counted(found.never), f"{base}/customers?activity=never"),
    ]  # fmt: skip
    if viewer.may("customer.invite"):
        soon = _("%(number)s expire within two days", number=_counted(found.expiring))
        said = soon if found.expiring else _("Invitations that nobody has accepted yet")
        glances.append(Glance(_("Invited"), said, _counted(found.invited), f"{base}/invitations"))
    return glances


def orders_at_a_glance(viewer: Viewer, found: CustomerOrderCounts) -> Sequence[Glance]:
    """By state."""
    base = f"/partner/{viewer.workspace.slug}/customer-orders"
    said = {
        "awaiting_approval": _("They wait for people of the customer"),
        "awaiting_acknowledgement": _("They wait for the provider"),
        "placed": _("Their provisioning begins"),
        "provisioning": _("They are being provisioned"),
        "failed": _("They could not be provisioned, and are not billed"),
    }
    numbers = found.model_dump()
    return [
        Glance(pill(state).word, text, _counted(numbers[state]), f"{base}?state={state}")
        for state, text in said.items()
    ]


def revenue_at_a_glance(viewer: Viewer, found: Sequence[CustomersMrr]) -> Sequence[Glance]:
    """What moved the revenue of this month, by currency (D20); each leads to the customers with the most of it."""
    href = f"/{viewer.workspace.kind}/{viewer.workspace.slug}/customers?sort=-mrr"
    glances = []
    for each in found:
        said = _("in %(month)s, in %(currency)s", month=formats.month(each.month), currency=each.currency)
        glances += [
            Glance(MOVEMENTS[name], said, formats.money(each.movements[name], each.currency), href)
            for name in ORDER
            if name in each.movements
        ]
    return glances


def _active(found: CustomersSummary) -> str:
    if found.inactive > COUNTED:
        return "–"
    return formats.number(found.customers - found.inactive)


def _counted(number: int) -> str:
    return f"{formats.number(COUNTED)}+" if number > COUNTED else formats.number(number)
