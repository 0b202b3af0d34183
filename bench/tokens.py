"""The token that the portal fetches for each page: identity's processor time, against billing's for a list of 20
invoices."""

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from statistics import median

import httpx
import orjson

from bench.figures import BenchResult, Figure, interleaved, ratio
from bench.http_load import Task, load_on
from bench.installation import BenchInstallation
from bench.people import Person
from bench.portal_read import FEW, LIST, admin_with_invoices
from deploy.local.processes import ChildProcess

TOKENS = "/api/identity/tokens"


async def run(installed: BenchInstallation) -> BenchResult:
    person = await admin_with_invoices(installed, "TOKENS", FEW)
    with ExitStack() as stack:
        stack.enter_context(installed.running("identity"))
        identity = stack.enter_context(installed.serving("identity-api", "deploy.cli", "serve", "identity", "--api"))
        billing = stack.enter_context(installed.serving("billing-api", "deploy.cli", "serve", "billing", "--api"))
        async with httpx.AsyncClient(base_url=installed.stack.url("identity")) as http:
            subjects = {
                "token": _per_token(identity, person, installed.sizes.request_seconds),
                "list": _per_list(billing, person, http, installed.sizes.request_seconds),
            }
            for warm_up in subjects.values():
                await warm_up()
            found = await interleaved(installed.sizes.rounds, subjects)
    value = ratio(found["token"], to=found["list"])
    behind = f"{median(found['token']):,.0f} and {median(found['list']):,.0f} µs CPU"
    return BenchResult("tokens", [Figure("identity's token / one API list", value, at_most=1.75, behind=behind)])


def _per_token(server: tuple[ChildProcess, int], person: Person, seconds: float) -> Callable[[], Awaitable[float]]:
    child, port = server
    body = orjson.dumps({"session": person.session}).decode()

    async def measure() -> float:
        _, microseconds = await load_on(child.process.pid, Task(port, TOKENS, seconds, body=body))
        return microseconds

    return measure


def _per_list(
    server: tuple[ChildProcess, int], person: Person, identity: httpx.AsyncClient, seconds: float
) -> Callable[[], Awaitable[float]]:
    child, port = server

    async def measure() -> float:
        task = Task(port, LIST, seconds, await person.token(identity))
        _, microseconds = await load_on(child.process.pid, task)
        return microseconds

    return measure
