"""The values of sentences: names with links, amounts, days. What an entry does not say, or says in a form that this
version does not know, is not known."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from markupsafe import Markup

from services.portal import vocabulary, work
from services.portal.atoms import filled
from services.portal.audit.topics import TOPICS
from services.portal.clients.audit import Entry
from services.portal.formatting import moment
from services.portal.permissions import permitted_by
from services.portal.viewer import Viewer
from shared.language import current_localisation, formats, gettext, pgettext

PAGES = {
    "service": ("services/%s", "service.view"),
    "order": ("orders/%s", "service.view"),
    "invoice": ("billing/invoices/%s", "money.view"),
    "bill_group": ("billing", "money.view"),
    "contact": ("contacts/%s", "contact.edit"),
    "user": ("users/%s", "user.list"),
}
"""Where things are, below the workspace, and what it takes to see them."""
OF_CUSTOMERS = {"service", "order", "invoice", "bill_group"}
"""What only customers have pages of."""

Text = str | Markup


@dataclass(frozen=True)
class Links:
    """Where things of the viewer's workspace are. Users are linked if they are among ``users``: others have none there
    or not any more."""

    viewer: Viewer
    users: Collection[UUID] = ()
    pages: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        of_customer = self.viewer.workspace.kind == "customer"
        pages = {kind: self.viewer.path(path) for kind, (path, permission) in PAGES.items()
                 if self.viewer.may(permission) and (of_customer or kind not in OF_CUSTOMERS)}  # fmt: skip
        object.__setattr__(self, "pages", pages)

    def to(self, kind: str, object_id: object, label: str) -> Text:
        """The label as a link, if it has a page that the viewer may see."""
        page = self.pages.get(kind)
        if page is None or not (object_id and label) or (kind == "user" and object_id not in self.users):
            return label
        return filled('<a href="%s">%s</a>', page.replace("%s", str(object_id)), label)


@dataclass(frozen=True, slots=True)
class Said:
    """An entry, and where its values lead."""

    entry: Entry
    links: Links

    @property
    def details(self) -> Mapping[str, Any]:
        return self.entry.details or {}

    @property
    def acted(self) -> bool:
        """Whether somebody did it, rather than the system as a consequence."""
        return self.entry.actor.id is not None and self.entry.actor.via != "system"

    def value(self, name: str) -> Text | None:
        """The value of a sentence; None if it is not known."""
        try:
            return VALUES[name](self)
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
            return None

    def named(self, id_field: str, *fields: str) -> str:
        """The name of what a detail is the id of, or what another detail calls it; empty if neither is known."""
        name = self.entry.names.get(str(self.details.get(id_field)))
        return name or next((str(self.details[each]) for each in fields if self.details.get(each)), "")

    def object(self, kind: str, *fields: str) -> Text:
        id_field = f"{kind}_id"
        return self.links.to(kind, self.details.get(id_field), self.named(id_field, *fields))

    def money(self, name: str) -> str:
        return formats.money(self.details[name], self.details["currency"])


def _actor(said: Said) -> Text | None:
    if not said.acted:
        return None
    actor = said.entry.actor
    name = actor.display_name or actor.address or gettext("Unknown person")
    return said.links.to("user", actor.id, name)


def _user(said: Said) -> Text:
    actor, user_id = said.entry.actor, said.details.get("user_id")
    name = said.named("user_id", "display_name", "address")
    if not name and str(actor.id) == user_id:
        name = actor.display_name or actor.address or ""
    return said.links.to("user", UUID(str(user_id)), name or gettext("Unknown person"))


def _role(said: Said) -> str:
    role = said.details.get("role") or said.details["grant"]["role"]
    return vocabulary.ROLES.get(role, role)


def _started(said: Said) -> str:
    there = ZoneInfo(current_localisation().zone)
    return formats.day(moment(said.details["started_at"]).astimezone(there).date())


def _quantity(said: Said) -> str | None:
    quantity = said.details["quantity"]
    return formats.number(quantity) if quantity > 1 else None


def _times(said: Said) -> str | None:
    count = said.details["count"]
    return formats.number(count) if count > 1 else None


def _topic(said: Said) -> str:
    topic = said.details["topic"]
    return pgettext("topic", TOPICS[topic]) if topic in TOPICS else str(topic)


def _why(said: Said) -> str | None:
    found = said.details
    told = work.said(found["reason"], found.get("reason_code"), found.get("reason_values") or {})
    return f"{told.rstrip('.')}." if told else None  # a driver's own words may be no sentence


VALUES: Mapping[str, Callable[[Said], Text | None]] = {
    "actor": _actor,
    "user": _user,
    "role": _role,
    "previous": lambda said: vocabulary.ROLES.get(said.details["previous_role"], said.details["previous_role"]),
    "home": lambda said: said.entry.names[said.details["home_workspace_id"]],
    "workspace": lambda said: said.details.get("display_name") or said.links.viewer.workspace.display_name,
    "contact": lambda said: said.object("contact", "display_name", "address") or gettext("Unknown person"),
    "service": lambda said: said.object("service", "display_name", "product_name"),
    "order": lambda said: said.object("order", "display_name", "product_name"),
    "former": lambda said: said.details["previous_display_name"],
    "former_slug": lambda said: said.details["previous_slug"],
    "slug": lambda said: said.details["slug"],
    "site": lambda said: said.named("site_id", "site_name", "display_name"),
    "host": lambda said: said.named("host_id", "display_name"),
    "product": lambda said: said.named("product_id", "display_name", "product_name"),
    "plan": lambda said: said.named("plan_id", "display_name"),
    "bill_group": lambda said: said.object("bill_group", "bill_group_display_name") or None,
    "invoice": lambda said: said.object("invoice", "number", "invoice_number"),
    "value": lambda said: said.details["value"],
    "quantity": _quantity,
    "command": lambda said: f"portico {said.details['command']} {said.details['arguments']}".strip(),
    "times": _times,
    "permission": lambda said: permitted_by(said.details["permission"]),
    "work": lambda said: vocabulary.VERBS.get(said.details["verb"], said.details["verb"]),
    "why": _why,
    "step": lambda said: formats.number(said.details["step"]),
    "amount": lambda said: said.money("amount_minor" if "amount_minor" in said.details else "total_minor"),
    "paid": lambda said: said.money("paid_minor"),
    "balance": lambda said: said.money("balance_minor"),
    "uncovered": lambda said: said.money("uncovered_minor"),
    "method": lambda said: vocabulary.method_name(
        said.details["kind"], said.details["brand"], said.details["last_four"], said.details["label"]
    ),
    "expires": lambda said: formats.day(date.fromisoformat(said.details["expires_on"])),
    "outstanding": lambda said: said.money("outstanding_minor"),
    "recurring": lambda said: said.money("recurring_minor"),
    "interval": lambda said: vocabulary.interval(said.details["interval_months"]),
    "revenue": lambda said: formats.amounts(said.details["mrr"]),
    "due": lambda said: formats.day(date.fromisoformat(said.details["due_on"])),
    "changed": lambda said: formats.day(date.fromisoformat(said.details["changed_on"])),
    "ends": lambda said: formats.day(date.fromisoformat(said.details["ends_on"])),
    "paused": lambda said: formats.day(date.fromisoformat(said.details["paused_on"])),
    "resumed": lambda said: formats.day(date.fromisoformat(said.details["resumed_on"])),
    "term_end": lambda said: formats.day(date.fromisoformat(said.details["term_ends_on"])),
    "started": _started,
    "topic": _topic,
    "ports": lambda said: formats.number(said.details["ports"]),
    "circuits": lambda said: formats.number(said.details["virtual_circuits"]),
    "connections": lambda said: formats.number(said.details["cloud_connections"]),
    "format": lambda said: str(said.details["format"]),
    "rows": lambda said: formats.number(said.details["rows"]),
}
