"""The script behind `make guards` takes away what it says, finds out, and puts it back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.authorisation.guards import Caught, Verdict, judge, report
from tests.authorisation.matrix import GUARDS, ROUTES
from tests.authorisation.removals import Removal, removals
from tests.authorisation.world import World

KINDS = ("no guard", "any role", "own as all", "no holders", "no bill group", "token", "row security")


@asynccontextmanager
async def _nothing(_: World) -> AsyncIterator[None]:
    yield


def first_of(world: World, kind: str) -> Removal:
    return next(removal for removal in removals(world) if removal.kind == kind)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_guard_or_a_scope_that_is_taken_away_is_noticed(kind: str, whole_world: World) -> None:
    verdict = await judge(whole_world, first_of(whole_world, kind))

    assert verdict.caught != Caught.not_at_all
    assert {name: route.guard for name, route in ROUTES.items()} == GUARDS


async def test_nothing_is_noticed_while_all_guards_are_in_their_place(whole_world: World) -> None:
    removal = first_of(whole_world, "any role")
    nothing = Removal(removal.kind, removal.what, _nothing, removal.operations)

    assert (await judge(whole_world, nothing)).caught == Caught.not_at_all


async def test_every_kind_of_guard_and_scope_is_taken_away(whole_world: World) -> None:
    found = list(removals(whole_world))

    assert {removal.kind for removal in found} == set(KINDS)
    assert len(found) > 100


async def test_too_many_survivors_are_a_failure_and_are_named(
    whole_world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    removal = first_of(whole_world, "any role")
    caught, survived = Verdict(removal, Caught.by_an_answer), Verdict(removal, Caught.not_at_all)

    assert report([caught] * 95 + [survived] * 5)
    assert not report([caught] * 94 + [survived] * 6)
    assert f"SURVIVED any role: {removal.what}" in capsys.readouterr().out
