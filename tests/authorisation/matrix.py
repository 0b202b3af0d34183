"""Asks for an operation in the name of every caller, and compares the answers with what they must be."""

import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from docs.generate import routes_of
from shared.auth import GuardedRoute
from shared.auth.routes import Guard
from tests.authorisation.callers import CALLERS, Caller
from tests.authorisation.entries import Ask, Entry, Proof
from tests.authorisation.expectation import Decision, Expected, decide, expect
from tests.authorisation.money import WITHOUT_MONEY
from tests.authorisation.operations import TABLE
from tests.authorisation.places import Cell, Place, cells, listed
from tests.authorisation.world import World, contents
from tests.contracts.openapi import SERVICES, Operation, operations
from tests.harness.services import service_named

OPERATIONS = [operation for service in SERVICES for operation in operations(service)]
NEVER_SAME = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}")


ROUTES: dict[str, GuardedRoute] = {
    f"{method} {route.path}": route
    for service in SERVICES
    for route in routes_of(service_named(service))
    for method in route.methods
}
"""The routes of all services, by method and path."""
GUARDS: dict[str, Guard] = {name: route.guard for name, route in ROUTES.items()}
"""The guards as they are in the code, also while another one is in a route's place."""


@dataclass
class Answered:
    """One request of the matrix with its answer."""

    caller: Caller
    place: Place
    expected: Expected
    response: httpx.Response
    surprise: str = ""

    def __str__(self) -> str:
        what = f"{self.response.status_code} {self.response.text[:160]}"
        return f"{self.caller} → {self.place}: expected {self.expected}, {self.surprise}: {what}"


@dataclass
class Asking:
    """All requests for one operation."""

    world: World
    operation: Operation
    callers: Iterable[Caller] = CALLERS

    async def answers(self) -> AsyncIterator[Answered]:
        for caller in self.callers:
            decision = decide(GUARDS[str(self.operation)], caller, self.operation.method)
            for entry in TABLE[str(self.operation)]:
                found = self._proofs if isinstance(entry, Proof) else self._rows
                async for answered in found(entry, caller, decision):  # type: ignore[arg-type]
                    yield answered
            if decision.expected != Expected.success and self.operation.body_schema():
                yield await self._unreadable(caller, decision)

    async def _rows(self, entry: Entry, caller: Caller, decision: Decision) -> AsyncIterator[Answered]:
        absent = b""
        for cell in cells(self.world, entry, caller, each_tenant=decision.expected == Expected.success):
            expected = expect(decision, caller, cell.place)
            ask = entry.ask(self.world, caller, cell.id, self.operation.path)
            answered = Answered(caller, cell.place, expected, await self.send(caller, ask))
            same = same_for_all(answered.response, cell)
            absent = same if cell.place == Place.not_there else absent
            answered.surprise = self._compare(entry, answered, decision, cell.id, differs=same != absent)
            yield answered

    async def _proofs(self, proof: Proof, caller: Caller, decision: Decision) -> AsyncIterator[Answered]:
        for place, ask in ((Place.own, proof.valid), (Place.not_there, proof.invalid)):
            if ask is not None:
                expected = expect(decision, caller, place)
                answered = Answered(caller, place, expected, await self.send(caller, ask(self.world)))
                answered.surprise = self._status_surprise(answered, proof.hidden)
                yield answered

    async def _unreadable(self, caller: Caller, decision: Decision) -> Answered:
        """Whoever is refused does not learn what the operation accepts: the guard comes before the body is read."""
        ask = Ask({name: str(uuid4()) for name in self.operation.inputs("path")}, body=[])
        answered = Answered(caller, Place.unreadable, decision.expected, await self.send(caller, ask))
        answered.surprise = self._status_surprise(answered, 404)
        return answered

    async def send(self, caller: Caller, ask: Ask) -> httpx.Response:
        """The operation, with this caller's credential."""
        headers = self.world.tokens.headers(caller) | dict(ask.headers)
        if "idempotency-key" in self.operation.inputs("header"):
            headers["Idempotency-Key"] = str(uuid4())
        body = {"content": ask.body} if isinstance(ask.body, bytes) else {"json": ask.body}
        client, path = self.world.installation[self.operation.service].http, self.operation.path.format(**ask.path)
        method = self.operation.method
        return await client.request(method, path, params=ask.query, headers=headers, **body)  # type: ignore[arg-type]

    def _compare(
        self, entry: Entry, answered: Answered, decision: Decision, asked: str | None, *, differs: bool
    ) -> str:
        here = self.world.workspace_id(answered.caller)
        if strangers := self.world.tenants.strangers_in(answered.response, here, asked):
            return f"with {len(strangers)} ids of another tenant"
        if decision.expected == Expected.success and problem_of(answered.response) in entry.refusals:
            return ""
        if surprise := self._status_surprise(answered, entry.hidden):
            return surprise
        if answered.expected == Expected.hidden and differs:
            return "which is another answer"
        if answered.expected == Expected.success and answered.place == Place.own:
            return self._wrong_list(entry, answered, decision)
        return ""

    def _status_surprise(self, answered: Answered, hidden: int) -> str:
        right = {Expected.success: self.operation.success, Expected.hidden: hidden,
                 Expected.forbidden: 403, Expected.unauthenticated: 401}  # fmt: skip
        wanted = right[answered.expected]
        return "" if answered.response.status_code == wanted else f"which is {wanted}"

    def _wrong_list(self, entry: Entry, answered: Answered, decision: Decision) -> str:
        if entry.lists:
            wanted = {row.id for row in listed(self.world, entry.lists, answered.caller, decision.level)}
            found = ids_in(answered.response)
            return "" if found == wanted else f"{len(found - wanted)} rows too many, {len(wanted - found)} missing"
        if entry.sums:
            total = sum(row.amount for row in listed(self.world, entry.sums, answered.caller, decision.level))
            shown = sum(month["total_minor"] for each in answered.response.json() for month in each["months"])
            return "" if shown == total else f"a sum of {shown} instead of {total}"
        return ""


@dataclass
class Asked:
    """What has been asked of a world already. As no request changes it, the same one would have the same answer."""

    world: World
    _before: dict[str, str] | None = None
    _without_money: dict[str, list[Answered]] = field(default_factory=dict)

    async def before(self) -> dict[str, str]:
        """What the tables had in them before `by_everybody` asked for anything."""
        if self._before is None:
            self._before = await contents(self.world.installation)
        return self._before

    def __contains__(self, operation: Operation) -> bool:
        """Whether everybody has asked for it since `before`."""
        return str(operation) in self._without_money

    async def by_everybody(self, operation: Operation) -> list[Answered]:
        """Ask anew, and remember the answers to those who see no money: others are too many to keep."""
        await self.before()
        answers = [answered async for answered in Asking(self.world, operation).answers()]
        self._without_money[str(operation)] = [each for each in answers if each.caller in WITHOUT_MONEY]
        return answers

    async def without_money(self, operation: Operation) -> list[Answered]:
        """The answers to those who see no money."""
        if operation in self:
            return self._without_money[str(operation)]
        return [answered async for answered in Asking(self.world, operation, WITHOUT_MONEY).answers()]


def problem_of(response: httpx.Response) -> str:
    is_problem = response.headers.get("content-type", "").startswith("application/problem+json")
    return str(response.json()["type"]).rpartition("/")[2] if is_problem else ""


def same_for_all(response: httpx.Response, cell: Cell) -> bytes:
    """The body without ids, and without the one that was asked for."""
    asked = (cell.id or "").encode()
    return NEVER_SAME.sub(b"-", response.content.replace(asked, b"-") if asked else response.content)


def ids_in(response: httpx.Response) -> set[str]:
    body = response.json()
    return {str(item["id"]) for item in (body if isinstance(body, list) else body["items"])}
