"""What a person may do and see with all of their grants, by the level and the scope that each one gives."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.auth import Access, access, permissions
from shared.auth.access import ApprovalNeeded, HoldersOnly
from shared.auth.permissions import GrantedRole, Permission, handled, permissions_of
from shared.errors import Forbidden
from shared.events import Via
from shared.scope import EVERYWHERE, Within

ROWS = {"admin": "holder", "regular": "all", "member": "ask", "additional": "own", "billing": "scoped"}
ONE, OTHER, HERE, THERE = (UUID(int=number) for number in range(1, 5))
NAME = "service.order"


@pytest.fixture(autouse=True)
def _every_level(monkeypatch: pytest.MonkeyPatch) -> None:
    """A permission with each level for one role."""
    row = Permission(NAME, "Order a service", MappingProxyType(ROWS), frozenset(), narrowed=True)  # type: ignore[arg-type]
    for module in (permissions, access):
        monkeypatch.setattr(module, "table", lambda: {NAME: row})


def holding(*grants: GrantedRole, holder_control: bool = False) -> Access:
    ids = uuid4(), "ana@meridian.example", uuid4(), uuid4()
    return Access(*ids, "customer", None, Via.own, tuple(grants), holder_control)


def narrowed(*grants: GrantedRole, holder_control: bool = False, **levels: bool) -> tuple[Any, Any]:
    found = holding(*grants, holder_control=holder_control).narrowed_to(NAME, handled(**levels))
    return found.level, found.scope


def test_an_access_sees_nothing_before_it_is_narrowed_to_a_permission() -> None:
    assert holding(GrantedRole("regular")).scope == Within()


def test_a_grant_of_a_bill_group_covers_it_and_one_of_a_location_covers_that_alone() -> None:
    assert narrowed(GrantedRole("regular")) == ("all", EVERYWHERE)
    assert narrowed(GrantedRole("regular", ONE)) == ("all", Within(frozenset({ONE})))
    assert narrowed(GrantedRole("regular", ONE, HERE)) == ("all", Within(frozenset(), frozenset({HERE})))
    both = narrowed(GrantedRole("regular", ONE), GrantedRole("billing", OTHER), GrantedRole("regular", None, THERE))
    assert both == ("all", Within(frozenset({ONE, OTHER}), frozenset({THERE})))


def test_a_weaker_level_everywhere_does_not_widen_the_scope_of_a_stronger_one() -> None:
    assert narrowed(GrantedRole("additional"), GrantedRole("regular", ONE), own=True) == (
        "all",
        Within(frozenset({ONE})),
    )


@pytest.mark.rule("D4", "D5")
def test_a_scoped_grant_without_a_bill_group_or_location_gives_nothing() -> None:
    with pytest.raises(Forbidden):
        narrowed(GrantedRole("billing"))


@pytest.mark.rule("D1")
def test_while_holder_control_is_on_only_holders_pass() -> None:
    assert narrowed(GrantedRole("admin")) == ("all", EVERYWHERE)
    assert narrowed(GrantedRole("admin", holder="alternate"), holder_control=True) == ("all", EVERYWHERE)
    with pytest.raises(HoldersOnly):
        narrowed(GrantedRole("admin"), holder_control=True)
    assert permissions_of([GrantedRole("admin")], "customer", holder_control=True) == {}


@pytest.mark.rule("D2")
def test_who_has_to_ask_is_told_what_was_requested_where_a_route_takes_no_requests() -> None:
    with pytest.raises(ApprovalNeeded) as refusal:
        narrowed(GrantedRole("member"))

    assert refusal.value.document()["requested"] == {"permission": NAME, "title": "Order a service"}
    assert narrowed(GrantedRole("member"), ask=True) == ("ask", EVERYWHERE)


GRANTS = st.builds(
    GrantedRole,
    role=st.sampled_from(sorted(ROWS)),
    bill_group_id=st.sampled_from([None, ONE, OTHER]),
    location_id=st.sampled_from([None, HERE, THERE]),
    holder=st.sampled_from([None, "primary"]),
)


@given(st.lists(GRANTS, max_size=5), st.booleans(), st.booleans(), st.booleans())
def test_nobody_gets_more_than_one_of_their_grants_gives(
    grants: list[GrantedRole], holder_control: bool, own: bool, ask: bool
) -> None:
    """Compared with a list of single rows of the workspace: each is seen if one grant at the level covers it."""
    given_levels = {level_of(grant, holder_control): grant for grant in grants}
    allowed = {"all", *(["own"] if own else []), *(["ask"] if ask else [])} & given_levels.keys()
    try:
        level, scope = narrowed(*grants, holder_control=holder_control, own=own, ask=ask)
    except Forbidden:
        assert not allowed
        return

    assert level == next(each for each in ("all", "ask", "own") if each in allowed)
    at_it = [grant for grant in grants if level_of(grant, holder_control) == level]
    for row in ((None, None), *((group, place) for group in (ONE, OTHER) for place in (None, HERE, THERE))):
        assert covers(scope, row) == any(gives(grant, row) for grant in at_it), row


def level_of(grant: GrantedRole, holder_control: bool) -> str:
    level = ROWS[grant.role]
    if level == "holder":
        return "all" if grant.holder or not holder_control else "none"
    if level == "scoped":
        return "all" if grant.bill_group_id or grant.location_id else "none"
    return level


def gives(grant: GrantedRole, row: tuple[UUID | None, UUID | None]) -> bool:
    group, place = row
    if grant.location_id:
        return grant.location_id == place
    return grant.bill_group_id in (None, group)


def covers(scope: Any, row: Iterable[UUID | None]) -> bool:
    group, place = row
    return scope == EVERYWHERE or group in scope.bill_groups or place in scope.locations
