"""The installation of the fault matrix: processes that can be killed at a point, companies and people of its own."""

import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.cli.verifying import verify_everything
from deploy.demo.person import NOT_YET
from deploy.environment import ROOT
from deploy.local.processes import ChildProcess, spawn
from deploy.local.servers import Servers
from deploy.local.stack import PROCESSES, Stack
from deploy.waiting import NotInTime, eventually
from tests.faults.matrix import traps
from tests.faults.orders import OPS, PATIENCE_SECONDS, PAUSE_SECONDS, PROVIDER, at_rest
from tests.flows.steps import joins
from tests.harness.installation import DemoUser, Installation, installation, start

SETTINGS = {
    # Work of a killed process is taken over when its lease ends: shorter leases keep the cells short.
    "PROVISIONING_LEASE_SECONDS": "6",
    "PROVISIONING_STEP_TIMEOUT_SECONDS": "4",
    "NOTIFICATIONS_LEASE_SECONDS": "6",
    "NOTIFICATIONS_SMTP_TIMEOUT_SECONDS": "4",
    # Everybody asks from one address, and the same people ask in each cell.
    "IDENTITY_SIGN_INS_PER_NETWORK": "100000",
    "IDENTITY_SIGN_IN_MAILS_PER_HOUR": "1000",
    "IDENTITY_OPEN_INVITATIONS": "100000",
    "IDENTITY_ACCESS_REQUESTS_PER_DAY": "1000",
}


class KillableStack(Stack):
    """The processes start again by themselves when one is killed, and can be killed at a point (`traps`)."""

    @property
    def traps(self) -> Path:
        return self.directory / "traps"

    @property
    def of_processes(self) -> dict[str, str]:
        """The environment of the processes."""
        return self.environment | {traps.FOLDER: str(self.traps)} | SETTINGS

    def command(self, name: str, *more: str) -> list[str]:
        return [sys.executable, "-m", "tests.faults.matrix.killable", "serve", name, *more]

    def serves(self, name: str) -> bool:
        return self._serves(name)

    def _spawn(self, name: str) -> ChildProcess:
        if name not in PROCESSES:
            return super()._spawn(name)
        self.traps.mkdir(exist_ok=True)
        command, log = self.command(name, "--port", str(self.ports[name])), self.directory / "log" / f"{name}.log"
        return spawn(name, command, log, self.of_processes, cwd=ROOT)


@dataclass
class World:
    """Companies and people whose business the cells do."""

    installed: Installation
    robin: DemoUser
    """The provider's admin."""
    admin: DemoUser
    """Of the company whose users the people are."""
    other_admin: DemoUser
    """Of the company that they ask for access."""
    workspaces: dict[str, str]
    """The ids of these two companies' workspaces, by the admins' addresses."""
    people: list[DemoUser] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    """What a flow has made for all of its cells."""

    @property
    def stack(self) -> KillableStack:
        stack = self.installed.stack
        assert isinstance(stack, KillableStack)
        return stack

    @property
    def traps(self) -> Path:
        return self.stack.traps

    async def rows(self, service: str, query: str, *values: Any) -> list[Any]:
        async with self.installed.database(service) as database:
            return list(await database.fetch(query, *values))

    async def insist(
        self, person: DemoUser | None, method: str, path: str, body: Any = None, also: tuple[int, ...] = ()
    ) -> Any:
        """The JSON of the answer. Sent again under the same idempotency key until there is one, as the portal's pages
        and API clients do. Statuses in ``also`` are no failure: what was done by a try without an answer."""
        key = {"Idempotency-Key": str(uuid4())}

        async def answered() -> httpx.Response | None:
            try:
                headers = key | (await person._authorization() if person else {})
                answer = await self.installed.site.http.request(method, path, json=body, headers=headers)
            except httpx.TransportError:
                return None
            return None if answer.status_code in NOT_YET else answer

        answer = await eventually(answered, f"an answer to {method} {path}", seconds=PATIENCE_SECONDS, pause=0.1)
        assert answer
        assert answer.is_success or answer.status_code in also, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.is_success and answer.content else None

    async def provisioned(self, since: datetime) -> None:
        """Wait until the orders since then are fulfilled, whoever has heard of it."""

        async def done() -> bool:
            query = "SELECT count(*) FROM orders WHERE state <> 'fulfilled' AND placed_at >= $1"
            [row] = await self.rows("provisioning", query, since)
            return not row["count"]

        await eventually(done, "orders are fulfilled", seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)

    async def rest(self) -> None:
        """Wait until outboxes are empty and nothing is under way."""
        await eventually(
            lambda: at_rest(self.installed), "nothing under way", seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS
        )

    async def settle(self) -> None:
        """Wait until nothing is under way and the code of `portico verify` finds nothing. A listener's work may begin
        some more, such as a mail, so that it is looked for again."""
        await self.rest()
        problems = [""]

        async def verified() -> bool:
            problems[:] = await verify_everything(timedelta(0))
            return not problems

        try:
            await eventually(verified, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
        except NotInTime:
            raise AssertionError("\n".join(problems)) from None
        await self.rest()


def found(stack: Stack) -> None:
    """A new installation with a provider, without the demo's data."""
    start(stack, seconds=300)
    provider = ("--provider", "Larkspur Cloud", "--slug", "larkspur")
    stack.portico("init", *provider, "--admin", PROVIDER, "--admin-name", "Robin Larkspur")


@asynccontextmanager
async def world(
    servers: Callable[[], Servers] = Servers.for_once, stack_type: type[KillableStack] = KillableStack
) -> AsyncIterator[World]:
    """A new installation with two companies. `portico verify` finds its settings."""
    async with installation(found, stack_type, servers) as installed:
        with pytest.MonkeyPatch.context() as environment:
            for name, value in (installed.stack.environment | installed.stack.admin).items():
                if os.environ.get(name) != value:
                    environment.setenv(name, value)
            robin = await installed.signed_in(PROVIDER)
            operations = {"kind": "admin", "address": OPS, "display_name": "Operations", "wants_service_mail": True}
            await robin.post("/api/identity/contacts", operations)
            admin = await joins(installed, robin, "Faultline Works", "ada@faultline.example")
            other = await joins(installed, robin, "Tremor Freight", "theo@tremor.example")
            ids = {each.address: (await each.token())["workspace"]["id"] for each in (admin, other)}
            yield World(installed, robin, admin, other, ids)
