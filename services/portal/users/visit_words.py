"""A visit in one line: who was here, for how long, and what they did."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.portal.audit.actions import action_of
from services.portal.clients.visits import Deed, PastVisit
from services.portal.viewer import Viewer
from services.portal.vocabulary import ROLES
from shared.language import formats, ngettext
from shared.language import gettext as _

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class VisitLine:
    id: str
    text: str
    """Who was here and for how long, in a sentence."""
    did: str
    reason: str
    """What they said they were here for; empty: nothing."""
    role: str
    ended_at: datetime
    by_others: bool
    """Whether somebody else ended it."""
    href: str


def line_of(viewer: Viewer, visit: PastVisit) -> VisitLine:
    names = {"user": visit.user.display_name or visit.user.address or _("Erased user")}
    if visit.started_at is None:
        text = _("%(user)s was here.", **names)
    else:
        text = _("%(user)s was here for %(time)s.", time=lasted(visit.ended_at - visit.started_at), **names)
    return VisitLine(
        id=str(visit.id),
        text=text,
        did=_did(visit),
        reason=visit.reason or "",
        role=ROLES.get(visit.role, visit.role),
        ended_at=visit.ended_at,
        by_others=visit.end == "revoked",
        href=viewer.path(f"users/visits/{visit.id}"),
    )


def lasted(time: timedelta) -> str:
    """In the largest unit of which there is one."""
    if time >= DAY:
        return ngettext("%(num)s day", "%(num)s days", time // DAY)
    if time >= HOUR:
        return ngettext("%(num)s hour", "%(num)s hours", time // HOUR)
    minutes = time // timedelta(minutes=1)
    return ngettext("%(num)s minute", "%(num)s minutes", minutes) if minutes > 0 else _("less than a minute")


def _did(visit: PastVisit) -> str:
    if visit.deeds is None:
        return _("What they did is in the audit log.")
    if not visit.deeds:
        return _("They changed nothing.")
    said = ", ".join(_deed(each) for each in visit.deeds)
    return _("%(deeds)s, and more.", deeds=said) if visit.more else f"{said}."


def _deed(deed: Deed) -> str:
    action = action_of(deed.action)
    title = action.title if action else deed.action.rpartition(".")[2].replace("_", " ")
    return title if deed.times == 1 else f"{title} (× {formats.number(deed.times)})"
