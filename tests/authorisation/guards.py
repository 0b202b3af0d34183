"""`make guards`: takes every guard and every scope away, one at a time, and says which of them the matrix misses."""

import asyncio
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.authorisation.callers import CALLERS, Caller
from tests.authorisation.matrix import Asking
from tests.authorisation.removals import Removal, removals
from tests.authorisation.second_line import ASKERS, rows_seen_wrongly
from tests.authorisation.world import World, world
from tests.harness import kept, servers

REQUIRED = 0.95


class Caught(StrEnum):
    by_an_answer = "by an answer"
    by_the_second_line = "by row security's own check"
    """The queries name the scope themselves, so that no answer changes."""
    not_at_all = "not at all"


class RemovalFailed(Exception):
    """What is put in the place of a guard does not work, so that nothing can be said about the matrix."""


@dataclass(frozen=True)
class Verdict:
    removal: Removal
    caught: Caught


async def judge(world: World, removal: Removal) -> Verdict:
    """Whether anything shows that the guard or scope is away. Raises `RemovalFailed`."""
    async with removal.removed(world):
        if await _changes_an_answer(world, removal):
            return Verdict(removal, Caught.by_an_answer)
        if await _changes_what_is_seen(world, removal):
            return Verdict(removal, Caught.by_the_second_line)
    return Verdict(removal, Caught.not_at_all)


async def _changes_an_answer(world: World, removal: Removal) -> bool:
    callers: tuple[Caller, ...] | list[Caller] = ASKERS if removal.table else CALLERS
    for operation in removal.operations:
        async for answered in Asking(world, operation, callers).answers():
            # Not 503: without its guard, an endpoint may find that what it needs is not there yet.
            if answered.response.status_code == 500 and removal.leaves_a_caller:
                raise RemovalFailed(f"{removal.kind}, {removal.what}: {answered}")
            if answered.surprise:
                return True
    return False


async def _changes_what_is_seen(world: World, removal: Removal) -> bool:
    if removal.table is None:
        return False
    for caller in ASKERS:
        if await rows_seen_wrongly(world, removal.table, caller) != (0, 0):
            return True
    return False


def report(verdicts: list[Verdict]) -> bool:
    """Print the verdicts. Returns whether enough removals were caught."""
    for kind in dict.fromkeys(verdict.removal.kind for verdict in verdicts):
        of_kind = Counter(verdict.caught for verdict in verdicts if verdict.removal.kind == kind)
        print(f"{kind:14} {of_kind.total():4}: " + ", ".join(f"{of_kind[how]} {how}" for how in Caught if of_kind[how]))
    alone = [str(each.removal.table) for each in verdicts if each.removal.table and each.caught == Caught.by_an_answer]
    print(f"\nRow security alone keeps a tenant or a bill group out of {', '.join(alone) or 'no table'}.")
    print("For the other tables the queries name the scope as well, so that no answer changes without it.")
    survivors = [verdict.removal for verdict in verdicts if verdict.caught == Caught.not_at_all]
    for removal in survivors:
        print(f"SURVIVED {removal.kind}: {removal.what}. All callers get the same answers without it.")
    share = 1 - len(survivors) / len(verdicts)
    print(f"\n{len(verdicts) - len(survivors)} of {len(verdicts)} removals are caught: {share:.1%}.")
    return share >= REQUIRED


async def run() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        try:
            async with world(Path(folder), log_level="CRITICAL") as made:
                return report([await judge(made, removal) for removal in removals(made)])
        finally:
            await kept.end()


def main() -> int:
    own = servers.start(["main"])
    try:
        return 0 if asyncio.run(run()) else 1
    finally:
        own.stop()


if __name__ == "__main__":
    sys.exit(main())
