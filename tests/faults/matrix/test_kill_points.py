"""Each of nine flows, with a process killed at each of nine points: nothing is lost, nothing happens twice, and each
subject's events stay in order."""

import pytest

from tests.faults.matrix.cells import kill_at
from tests.faults.matrix.flows import Flow
from tests.faults.matrix.money_flows import Invoicing, Ordering, Paying
from tests.faults.matrix.people_flows import Asking, ChangingContacts, Joining, Mailing, Revoking, SigningIn
from tests.faults.matrix.results import Cells
from tests.faults.matrix.traps import POINTS
from tests.faults.matrix.world import World

FLOWS: tuple[type[Flow], ...] = (
    SigningIn, Joining, Asking, Revoking, Ordering, ChangingContacts, Mailing, Invoicing, Paying,
)  # fmt: skip


@pytest.mark.faults
@pytest.mark.rule("D23")
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name.replace(" ", "_"))
@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_a_point_loses_and_doubles_nothing(
    world: World, cells: Cells, flow: type[Flow], point: str
) -> None:
    with cells.cell(flow.name, point) as cell:
        cell.seconds = await kill_at(world, flow(), point, cells.chance(flow.name, point))
