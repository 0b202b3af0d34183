"""The log as a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from markupsafe import Markup

from services.portal.atoms import filled, terms, when
from services.portal.audit.actions import grouped_actions
from services.portal.audit.telling import Folded, Told
from services.portal.tables import Choice, Column, Day, Empty, Filter, Grouped, Switch, Table, TableState, TableView
from services.portal.tables.cells import chip
from services.portal.viewer import Viewer
from shared.language import current_localisation, formats, mark, mark_in, ngettext, pgettext
from shared.language import gettext as _

Row = Told | Folded

ENTRY = (
    '<span class="sentence">%s</span><details class="disclosure details-row">'
    '<summary>%s<span class="visually-hidden">: %s</span></summary><dl translate="no">%s</dl><p>%s</p></details>'
)
FOLD = '<details class="disclosure"><summary>%s</summary><ul class="items first">%s</ul></details>'
LINK = '<a href="%s">%s</a>'
OF_ONE_THING = ("subject", "request")
"""Parameters that show what belongs to one object, or to one request. They go with no other filter but days."""


@dataclass(frozen=True, slots=True)
class Person(Choice):
    """Somebody by their id: also those who are not offered, as they are not in the workspace any more."""

    @property
    def control(self) -> str:
        return "choice"

    def known(self, value: str) -> str:
        return str(id_of(value) or "")


@dataclass(frozen=True, slots=True)
class MarkedDay(Day):
    """A day whose title says something else elsewhere."""

    @property
    def control(self) -> str:
        return "day"

    @property
    def title(self) -> str:
        return pgettext("period", self.label)


ACTION = Grouped("action", mark("Action"), grouped_actions, mark("All actions"))
ON_BEHALF = Switch("on_behalf", mark("On behalf only"))
DAYS = (MarkedDay("since", mark_in("period", "From")), MarkedDay("until", mark_in("period", "To")))


def filters_of(viewer: Viewer, thing: Mapping[str, str], people: Sequence[tuple[str, str]] = ()) -> Sequence[Filter]:
    """What the log can be filtered by. Who sees only what they did themselves is offered nothing about others (K15)."""
    if thing:
        return DAYS
    person = Person("actor", mark("Actor"), lambda: list(people), mark("Everybody"))
    return (ACTION, *DAYS) if own_only(viewer) else (ACTION, person, ON_BEHALF, *DAYS)


def own_only(viewer: Viewer) -> bool:
    return viewer.context.permissions.get("audit.view") == "own"


def thing_of(asked: Mapping[str, str]) -> dict[str, str]:
    """The one object or request whose entries are asked for. An id that is none counts as not given."""
    found = {name: str(id_of(asked.get(name, "")) or "") for name in OF_ONE_THING}
    return next(({name: value} for name, value in found.items() if value), {})


def log_table(filters: Sequence[Filter]) -> Table[Row]:
    return replace(LOG, filters=filters)


def _entry(row: Row, viewer: Viewer) -> Markup:
    if isinstance(row, Folded):
        count = len(row.entries)
        said = ngettext("%(num)s system entry", "%(num)s system entries", count, num=formats.number(count))
        return filled(FOLD, said, Markup("").join(each.item for each in row.entries))
    links = [filled(LINK, row.href, _("Permanent link"))]
    links += [] if own_only(viewer) else [filled(LINK, row.history, _("History of this object"))]
    return filled(ENTRY, row.sentence, _("Details"), row.title, terms(row.details), Markup(" · ").join(links))


def _actor(row: Row, viewer: Viewer) -> Markup | str:
    if isinstance(row, Folded):
        return row.entries[0].who
    place = filled('<small class="under sub">%s</small>', row.place) if row.place else ""
    return filled("%s%s%s", row.who, chip(row.chip) if row.chip else "", place)


def _when(row: Row, viewer: Viewer) -> Markup:
    newest = row.entries[0] if isinstance(row, Folded) else row
    return when(newest.entry.at)


def _empty(viewer: Viewer) -> Empty:
    text = _("Each sign-in, order, payment and change of access is kept here.")
    return Empty("history", _("Nothing has happened yet"), text)


LOG: Table[Row] = Table(
    id="entries",
    caption=mark("Log entries"),
    exported=("audit", "entries"),
    formats=("csv", "jsonl"),
    columns=(
        Column("entry", mark("Entry"), _entry, may_hide=False),
        Column("actor", mark("Actor"), _actor, look="wide-cell"),
        Column("when", mark("When"), _when, look="when"),
    ),
    hint=mark("Choose another action, actor or period."),
    empty=_empty,
)


@dataclass(frozen=True, slots=True)
class LogView(TableView[Row]):
    """The log's table: it says how many entries there are, however they are folded."""

    @property
    def counted(self) -> str:
        shown = sum(len(row.entries) if isinstance(row, Folded) else 1 for row in self.rows)
        return ngettext("%(shown)s shown", "%(shown)s shown", shown, shown=formats.number(shown))

    @property
    def export_filters(self) -> dict[str, Any]:
        """As an export of the log takes them."""
        found = asked_of(self.state)
        on_behalf = found.pop("on_behalf", False)
        period = {"from": found.pop("since", None), "to": found.pop("until", None)}
        named = [*found.items(), ("via", "on_behalf" if on_behalf else None)]
        named += [(name, day.isoformat() if day else None) for name, day in period.items()]
        return {name: value for name, value in named if value}


def asked_of(state: TableState) -> dict[str, Any]:
    """What the state asks of the service, by the client's parameters."""
    filters = {**state.fixed, **state.filters}
    names = {"action": "action", "actor": "actor_id", "subject": "subject_id", "request": "correlation_id"}
    found: dict[str, Any] = {names[name]: value for name, value in filters.items() if name in names}
    found |= {name: UUID(value) for name, value in found.items() if name != "action"}
    found |= {"on_behalf": True} if "on_behalf" in filters else {}
    return found | dict(_period(filters))


def _period(filters: Mapping[str, str]) -> Iterator[tuple[str, datetime]]:
    """From the first moment of a day where the reader is, until the first one after a day."""
    for name, days in (("since", 0), ("until", 1)):
        try:
            day = date.fromisoformat(filters.get(name, "")) + timedelta(days=days)
            yield name, datetime.combine(day, time.min, ZoneInfo(current_localisation().zone)).astimezone(UTC)
        except (ValueError, OverflowError):  # none, or one at the end of all days
            continue


def id_of(chosen: str) -> UUID | None:
    """A chosen id; None where it is not a UUID, which the page's own list never sends."""
    try:
        return UUID(chosen)
    except ValueError:
        return None
