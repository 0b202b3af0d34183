"""The values of sentences: names with links, amounts, days. What an entry does not say, or says in a form that this
version does not know, is not known."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
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
from shared.language import current_localisation, formats, gettext, ngettext, pgettext

PAGES = {
    "service": ("services/%s", "service.view"),
    "order": ("orders/%s", "service.view"),
    "invoice": ("billing/invoices/%s", "money.view"),
    "quote": ("quotes/%s", "quote.view"),
    "bill_group": ("billing", "money.view"),
    "contact": ("contacts/%s", "contact.edit"),
    "user": ("users/%s", "user.list"),
    "location": ("locations/%s", "location.view"),
}
"""Where things are, below the workspace, and what it takes to see them."""
OF_CUSTOMERS = {"service", "order", "invoice", "quote", "bill_group", "location"}
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
    name = actor.display_name or actor.address or gettext("Erased user")
    return said.links.to("user", actor.id, name)


def _user(said: Said) -> Text:
    actor, user_id = said.entry.actor, said.details.get("user_id")
    name = said.named("user_id", "display_name", "address")
    if not name and str(actor.id) == user_id:
        name = actor.display_name or actor.address or ""
    return said.links.to("user", UUID(str(user_id)), name or gettext("Erased user"))


def _person(said: Said, id_field: str) -> Text | None:
    """None where nobody is meant."""
    user_id = said.details[id_field]
    if user_id is None:
        return None
    return said.links.to("user", UUID(user_id), said.named(id_field) or gettext("Erased user"))


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


LISTED = 3
"""Of serial numbers. Of more it is said how many there are: the entry has all of them."""


def _asset(said: Said) -> str | None:
    """All that is known of an asset."""
    numbers, condition = said.details["serial_numbers"], said.details["condition"]
    found = []
    if len(numbers) > LISTED:
        found.append(ngettext("%(num)s serial number", "%(num)s serial numbers", len(numbers)))
    elif numbers:
        found.append(ngettext("serial number %(numbers)s", "serial numbers %(numbers)s", len(numbers),
                              numbers=", ".join(numbers)))  # fmt: skip
    if condition:
        found.append(gettext("condition: %(condition)s", condition=vocabulary.CONDITIONS.get(condition, condition)))
    if said.details["has_photo"]:
        found.append(gettext("with a photo"))
    return "; ".join(found) or None


def _number(name: str, said: Said) -> str:
    return formats.number(said.details[name])


COMPANIES = ("suspended_by", "reinstated_by", "company")
"""The details of which one names the company above whose staff did it."""

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
    "last_day": lambda said: formats.day(date.fromisoformat(said.details["last_day"])),
    "given_reason": lambda said: said.details["given_reason"] or None,
    "company": lambda said: next((said.details[each] for each in COMPANIES if said.details.get(each)), None),
    "from": lambda said: said.details["from_company"],
    "to": lambda said: said.details["to_company"],
    "new_holder": lambda said: _person(said, "new_user_id"),
    "former_holder": lambda said: _person(said, "former_user_id"),
    "slot": lambda said: vocabulary.HOLDERS[said.details["slot"]],
    "held_slot": lambda said: vocabulary.HOLDERS[said.details["grant"]["holder"]],
    "address_hint": lambda said: said.details["address_hint"],
    "customer": lambda said: said.details["customer_name"],
    "machine": lambda said: said.details["machine_name"],
    "words": lambda said: said.details["reason"] or None,
    "former": lambda said: said.details["previous_display_name"],
    "former_slug": lambda said: said.details["previous_slug"],
    "slug": lambda said: said.details["slug"],
    "site": lambda said: said.named("site_id", "site_name", "display_name"),
    "location": lambda said: said.object("location", "display_name") or None,
    "locations": lambda said: ", ".join(said.details["locations"]) or None,
    "host": lambda said: said.named("host_id", "display_name"),
    "product": lambda said: said.named("product_id", "display_name", "product_name"),
    **{name: partial(_number, name) for name in ("people", "recipients", "sent", "failed", "opted_out")},
    "release": lambda said: said.details["release_version"],
    "file": lambda said: said.details["file_name"],
    "title": lambda said: said.details["title"],
    "plan": lambda said: said.named("plan_id", "display_name"),
    "bill_group": lambda said: said.object("bill_group", "bill_group_display_name") or None,
    "invoice": lambda said: said.object("invoice", "number", "invoice_number"),
    "quote": lambda said: said.object("quote", "number"),
    "line": lambda said: said.details["display_name"],
    "valid_until": lambda said: formats.day(date.fromisoformat(said.details["valid_until"])),
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
    "wanted": lambda said: formats.day(date.fromisoformat(said.details["wanted_on"])),
    "planned": lambda said: formats.day(date.fromisoformat(said.details["planned_on"])),
    "note": lambda said: said.details["note"] or None,
    "asset": _asset,
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
