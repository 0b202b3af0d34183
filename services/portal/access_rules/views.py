"""What the sheet shows in which a seller says who may open a bill group's portal."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from services.portal.clients.access_rules import AccessRule, Portal
from services.portal.clients.customers import Customer
from services.portal.forms import Form
from services.portal.views import View
from shared.language import gettext as _


@dataclass(frozen=True)
class Access(View):
    template = "pages/access_rules/access.html"
    customer: Customer
    portal: Portal
    rules: list[AccessRule]
    path: str
    group_path: str
    """The page of the bill group."""
    domain: Form
    address: Form
    addresses: Sequence[str]
    """Those in the domain that was entered, which the domain can take the place of."""
    notice: str
    """What was just done, for a panel that has no page around it."""

    @cached_property
    def domains(self) -> list[AccessRule]:
        return [rule for rule in self.rules if rule.kind == "domain"]

    @cached_property
    def single(self) -> list[AccessRule]:
        return [rule for rule in self.rules if rule.kind == "address"]

    @property
    def missing(self) -> list[str]:
        """Why nobody can sign in yet, in sentences (O32)."""
        found = []
        if not self.portal.portal_on:
            found.append(_("The portal of this bill group is switched off."))
        if not self.portal.owes:
            if self.portal.is_closed:
                found.append(_("This bill group is closed, and no invoice of it is open."))
            elif not self.portal.has_contract:
                found.append(_("The portal opens with an active contract: this bill group has no subscription."))
        if not self.rules:
            found.append(_("Nobody has access yet. Add a domain or an address."))
        return found


@dataclass(frozen=True)
class AccessPanel(Access):
    """The same in a sheet."""

    template = "partials/access_rules/access.html"


@dataclass(frozen=True)
class RemoveRule(View):
    template = "pages/access_rules/remove.html"
    customer: Customer
    portal: Portal
    rule: AccessRule
    path: str


@dataclass(frozen=True)
class RemoveRulePanel(RemoveRule):
    template = "partials/access_rules/remove.html"
