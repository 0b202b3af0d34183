"""An hour of steady traffic with a broker that restarts every five minutes: memory, files, tasks and connections stay
as they are, and all that was done has its effects. `make soak`."""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from deploy.environment import ROOT
from deploy.local.processes import ChildProcess, spawn
from deploy.local.stack import PROCESSES
from tests.faults.matrix import world as worlds
from tests.faults.matrix.faults import restart
from tests.faults.matrix.world import SETTINGS, KillableStack, World
from tests.soak.counting import EVERY_SECONDS, FOLDER
from tests.soak.samples import Samples
from tests.soak.traffic import Traffic

MINUTES = float(os.environ.get("PORTICO_SOAK_MINUTES", "60"))
RATE = float(os.environ.get("PORTICO_SOAK_RATE", "50"))
RESTARTS = 12
WARM_UP = 1 / 3
"""The part of the run that does not count: caches fill, pools grow, and each connection prepares a statement when it is
first asked for it, which took 20 minutes of an hour."""


class CountingStack(KillableStack):
    """Plain processes, which also count their tasks and their memory."""

    @property
    def counts(self) -> Path:
        return self.directory / "counts"

    def _spawn(self, name: str) -> ChildProcess:
        if name not in PROCESSES:
            return super()._spawn(name)
        self.counts.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "tests.soak.counting", *self._arguments(name)[1:]]
        environment = self.environment | {FOLDER: str(self.counts)} | SETTINGS
        return spawn(name, command, self.directory / "log" / f"{name}.log", environment, cwd=ROOT)


async def restart_the_broker(world: World) -> None:
    server = world.installed.stack.servers.rabbitmq
    while True:
        await asyncio.sleep(MINUTES * 60 / RESTARTS)
        await restart(server, server.stop)


@pytest.mark.soak
@pytest.mark.timeout(MINUTES * 60 + 1200)
async def test_nothing_grows_under_steady_traffic() -> None:
    async with worlds.world(stack_type=CountingStack) as world:
        assert isinstance(world.stack, CountingStack)
        samples, traffic = Samples(world, world.stack.counts), Traffic(world, RATE)
        await samples.count_rows()
        beside = [asyncio.create_task(traffic.run()), asyncio.create_task(restart_the_broker(world))]
        began = time.monotonic()
        while time.monotonic() - began < MINUTES * 60:
            await asyncio.sleep(EVERY_SECONDS)
            assert not any(task.done() for task in beside), [task.exception() for task in beside if task.done()]
            await samples.take()
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        server = world.installed.stack.servers.rabbitmq
        if not server.answers():
            await restart(server, server.stop)
        await world.settle()
        await samples.count_rows()
        lines, grows = samples.table(MINUTES * 60 * WARM_UP)
        sent = sum(traffic.answers.values())
        print(f"\n{MINUTES:g} minutes, {sent} requests, {sent / MINUTES / 60:.1f} a second, {traffic.held} held back;"
              f" answers {dict(traffic.answers)}", *lines, sep="\n")  # fmt: skip
        assert traffic.wrong == {}
        assert grows == []
