"""What the processes stand on fails while business goes on: nothing is lost or doubled once it has healed."""

import time

import pytest

from tests.faults.matrix.cells import check_mails, check_order, do_all
from tests.faults.matrix.faults import INFRASTRUCTURE, NotHere
from tests.faults.matrix.mixed import Mixed
from tests.faults.matrix.results import Cells
from tests.faults.matrix.world import World
from tests.harness.installation import real_now


@pytest.mark.faults
@pytest.mark.rule("D23", "D29")
@pytest.mark.parametrize("name", INFRASTRUCTURE, ids=lambda name: name.replace(" ", "_"))
async def test_a_fault_loses_and_doubles_nothing(world: World, cells: Cells, name: str) -> None:
    with cells.cell("infrastructure", name) as cell:
        flow = Mixed()
        items, since = await flow.prepare(world), real_now()
        await world.rest()
        try:
            async with INFRASTRUCTURE[name](world):
                await do_all(world, flow, items)
            healed = time.monotonic()
        except* NotHere as reason:
            cell.state, cell.note = "not here", str(reason.exceptions[0])
        else:
            await world.settle()
            cell.seconds = time.monotonic() - healed
            await flow.check(world, items)
            await check_order(world, since)
            # A mail server that does not answer in time may have taken the mail: it is sent again.
            await check_mails(world, since, repeated="mail" in name or "clock" in name)
    if cell.state == "not here":
        pytest.skip(cell.note)
