"""Business of three kinds at once, for faults that hit all processes."""

import asyncio
from collections.abc import Sequence
from typing import Any

from tests.faults.matrix.flows import Flow
from tests.faults.matrix.money_flows import Ordering
from tests.faults.matrix.people_flows import ChangingContacts, Mailing
from tests.faults.matrix.world import World

OF_EACH = 10


class Mixed(Flow):
    """Ten orders, ten contacts that are renamed three times, and ten invitations."""

    name, event, publisher, listener = "mixed", "", "", ""

    def __init__(self) -> None:
        self.flows: tuple[Flow, ...] = (Ordering(), ChangingContacts(), Mailing())

    async def prepare(self, world: World) -> Sequence[tuple[int, Any]]:
        prepared = [list(await flow.prepare(world))[:OF_EACH] for flow in self.flows]
        return [(kind, items[turn]) for turn in range(OF_EACH) for kind, items in enumerate(prepared)]

    async def change(self, world: World, item: tuple[int, Any]) -> None:
        kind, mine = item
        await self.flows[kind].change(world, mine)
        await asyncio.sleep(0.05)  # the fault begins and ends among the changes

    async def check(self, world: World, items: Sequence[tuple[int, Any]]) -> None:
        for kind, flow in enumerate(self.flows):
            await flow.check(world, [mine for found, mine in items if found == kind])
