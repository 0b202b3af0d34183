"""What the sheet shows in which a seller says who may open a bill group's portal."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.clients.access_rules import AccessRule, Portal
from services.portal.clients.customers import Customer
from services.portal.forms import Form
from services.portal.views import View


@dataclass(frozen=True)
class AccessPanel(View):
    """The domains and addresses that may sign in, in a sheet."""

    template = "partials/access_rules/access.html"
    customer: Customer
    portal: Portal
    domains: list[AccessRule]
    single: list[AccessRule]
    """The rules for one address each."""
    missing: list[str]
    """Why nobody can sign in yet, in sentences."""
    path: str
    domain: Form
    address: Form
    addresses: Sequence[str]
    """Those in the domain that was entered, which the domain can take the place of."""
    notice: str
    """What was just done, for a panel that has no page around it."""


@dataclass(frozen=True)
class Access(AccessPanel):
    """The same on a page."""

    template = "pages/access_rules/access.html"
    above: tuple[str, str]
    """The path and name of the page above: the bill group, or the account of a customer whose money is not shown."""


@dataclass(frozen=True)
class RemoveRulePanel(View):
    """Whether to remove a rule, in a sheet."""

    template = "partials/access_rules/remove.html"
    rule: AccessRule
    path: str


@dataclass(frozen=True)
class RemoveRule(RemoveRulePanel):
    """The same on a page."""

    template = "pages/access_rules/remove.html"
    portal: Portal
