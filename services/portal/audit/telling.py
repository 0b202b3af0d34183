"""Tells entries of the log: each as a sentence with names and links, and what is behind it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any
from uuid import UUID

from markupsafe import Markup, escape

from services.portal.atoms import filled, when
from services.portal.audit.actions import action_of
from services.portal.audit.billing_sentences import Sentences
from services.portal.audit.sentences import SENTENCES
from services.portal.audit.values import Links, Said, Text
from services.portal.clients.audit import Entry
from services.portal.viewer import Viewer
from services.portal.vocabulary import VIA, words
from shared.language import gettext as _

VALUE = re.compile(r"%\((\w+)\)s")
VARIANTS = ("reason", "kind", "status", "outcome", "on", "by_itself", "renews", "order_kind", "ends")
"""Details that choose among the sentences of an event."""
GAPS = (("  ", " "), (" ,", ","), (" .", "."), (" :", ":"))
"""What a name that is not known leaves behind."""
ITEM = (
    '<li><span class="item-text"><span class="sentence">%s</span><small>%s</small></span>'
    '<a class="item-side" href="%s"><small>%s</small></a></li>'
)
FROM_TO = (("previous_", ""), ("from_", "to_"), ("old_", "new_"))
"""How details are called that say what something was before, and after."""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as a row of a list."""

    entry: Entry
    sentence: Markup
    who: str
    chip: str
    """Whether it was done on behalf of somebody, or otherwise not by the workspace's own people."""
    place: str
    noise: bool
    href: str
    """Its permanent address."""
    history: str
    """The address of the list of all entries about the same object."""
    request: str
    """The address of the list of all entries that follow from the same request."""

    @property
    def title(self) -> str:
        """What happened, without names."""
        action = action_of(self.entry.action)
        return action.title if action else words(self.entry.action.rpartition(".")[2])

    @property
    def id(self) -> str:
        return str(self.entry.id)

    @property
    def details(self) -> list[tuple[str, str]]:
        """What the entry says, under the names that the API has for it."""
        return details_of(self.entry)

    @property
    def item(self) -> Markup:
        """The entry in a list without details."""
        who = f"{self.who}, {self.chip}" if self.chip else self.who
        return filled(ITEM, self.sentence, who, self.href, when(self.entry.at))


@dataclass(frozen=True, slots=True)
class Folded:
    """Consecutive entries of the system, as one row."""

    entries: list[Told]

    @property
    def id(self) -> str:
        """That of its newest."""
        return self.entries[0].id


def tell(viewer: Viewer, entries: Iterable[Entry], users: Collection[UUID] = ()) -> list[Told]:
    """The entries for people. ``users`` are those of the workspace who have a page in it."""
    links = Links(viewer, users)
    return [_told(viewer, links, entry) for entry in entries]


def is_noise(entry: Entry) -> bool:
    """Whether it only tells what follows from another entry."""
    action = action_of(entry.action)
    return action is not None and action.noise


def _told(viewer: Viewer, links: Links, entry: Entry) -> Told:
    place = entry.place
    return Told(
        entry=entry,
        sentence=sentence(Said(entry, links)),
        who=entry.actor.address or (_("Erased user") if entry.actor.via != "system" else "Portico"),
        chip=_chip(viewer, entry.actor.via),
        place=", ".join(filter(None, (place.ip, place.browser_words))) if place else "",
        noise=is_noise(entry),
        href=viewer.path(f"audit/{entry.id}"),
        history=viewer.path(f"audit?subject={entry.subject.id}"),
        request=viewer.path(f"audit?request={entry.correlation_id}"),
    )


def _chip(viewer: Viewer, via: str) -> str:
    if via == "on_behalf":
        return _("on behalf of %(workspace)s", workspace=viewer.workspace.display_name)
    return VIA.get(via, "")


def fold(told: Iterable[Told]) -> list[Told | Folded]:
    """With what only tells what follows in one row, where several such entries stand together."""
    found: list[Told | Folded] = []
    for noise, group in groupby(told, key=lambda one: one.noise):
        entries = list(group)
        found += [Folded(entries)] if noise and len(entries) > 1 else entries
    return found


def sentence(said: Said) -> Markup:
    """What happened, in one sentence with names and links."""
    values: Mapping[str, Text | None] = {}
    for text in sentences_of(said):
        values = {name: said.value(name) for name in values_of(text)}
        if None not in values.values():
            break
    else:
        values = {name: _("The system") if name == "actor" and value is None else value or ""
                  for name, value in values.items()}  # fmt: skip
    found = _(text) % {name: escape(value) for name, value in values.items()}
    if not all(values.values()):
        for gap, closed in GAPS:
            found = found.replace(gap, closed)
    return Markup(found)  # noqa: S704 - a text of ours with escaped values


def sentences_of(said: Said) -> Sentences:
    """The sentences of an entry's event, the most telling first."""
    name = said.entry.action.rpartition(".")[2]
    verb = said.details.get("verb")
    variants = [
        f"{verb}_{said.details.get('kind')}",
        str(verb),
    ]  # first: the reason of what is done by hand is any text
    variants += [str(said.details.get(each)).lower() for each in VARIANTS]
    if said.acted and str(said.entry.actor.id) == said.details.get("user_id"):
        variants.append("self")
    if said.details.get("ordered_by"):
        variants.append("confirmed")
    if said.details.get("asked_by") not in (None, str(said.entry.actor.id)):
        variants.append("approved")
    for variant in variants:
        if (found := SENTENCES.get(f"{name}:{variant}")) is not None:
            return found
    return SENTENCES.get(name) or (words(name).replace("%", "%%"),)


@cache
def values_of(text: str) -> tuple[str, ...]:
    return tuple(VALUE.findall(text))


def details_of(entry: Entry) -> list[tuple[str, str]]:
    """All that an entry says, changes first, as names and values of the API."""
    found = list(_changes(entry.details or {}))
    if entry.details is None:
        found.append(("details", _("Cannot be read. Give support the number of the entry.")))
    else:
        found += [(name, _text(value)) for name, value in entry.details.items() if value not in (None, "", [], {})]
    found += [(name, _("Hidden from you")) for name in entry.hidden]
    actor = " ".join(str(each) for each in (entry.actor.via, entry.actor.id) if each)
    about = {"name": entry.action, "subject": f"{entry.subject.type} {entry.subject.id}", "actor": actor}
    about |= {"correlation_id": str(entry.correlation_id), "event_id": str(entry.id)}
    return [*found, *about.items(), ("occurred_at", entry.at.isoformat())]


def _changes(details: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was before and is after, where the entry says both."""
    grant = details.get("grant")
    flat = {**(grant if isinstance(grant, dict) else {}), **details}
    for before, after in FROM_TO:
        for name in details:
            changed = name.removeprefix(before)
            if name != changed and after + changed in flat:
                yield changed, f"{_text(details[name])} → {_text(flat[after + changed])}"
    old, new = details.get("before"), details.get("after")
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*old, *(new.keys() - old.keys())]:
            yield name, f"{_text(old.get(name, '–'))} → {_text(new.get(name, '–'))}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_text(each)}" for name, each in value.items())
    return ", ".join(_text(each) for each in value) if isinstance(value, list) else str(value)
