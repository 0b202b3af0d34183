"""What the answer must be, from the permission table, the route's guard, and the place of the row."""

from dataclasses import dataclass
from enum import StrEnum

from shared.auth.permissions import Level
from shared.auth.routes import Allow, Guard, ServiceOnly
from tests.authorisation.callers import Caller, Credential
from tests.authorisation.places import Place, is_visible


class Expected(StrEnum):
    success = "success"
    hidden = "the answer about a row that is not there"
    forbidden = "403"
    unauthenticated = "401"


@dataclass(frozen=True)
class Decision:
    expected: Expected
    level: Level | None = None
    """The level at which the caller passes the guard."""


def decide(guard: Guard, caller: Caller, method: str) -> Decision:
    """What the guard decides, before any row."""
    if isinstance(guard, ServiceOnly):
        is_service = caller.credential == Credential.service_key
        return Decision(Expected.success if is_service else Expected.unauthenticated)
    if not isinstance(guard, Allow):
        return Decision(Expected.success)
    if caller.credential != Credential.token:
        return Decision(Expected.unauthenticated)
    if caller.previewed_by and method != "GET" and not guard.in_preview:
        return Decision(Expected.forbidden)
    if caller.suspended and method != "GET" and not guard.is_open_while_suspended(caller.via):
        return Decision(Expected.forbidden)
    level = caller.level(guard.permission)
    return Decision(Expected.success, level) if level in guard.levels else Decision(Expected.forbidden)


def expect(decision: Decision, caller: Caller, place: Place) -> Expected:
    """What the answer about a row of this place must be."""
    if decision.expected != Expected.success:
        return decision.expected
    return Expected.success if is_visible(caller, decision.level, place) else Expected.hidden
