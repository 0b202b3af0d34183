"""A typical list: 20 invoices through token, grants, permission and row-level security, from one process of billing,
against a static response and the same list by a bare endpoint."""

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from statistics import median
from uuid import UUID

import httpx

from bench.figures import BenchResult, Figure, interleaved, ratio, wants_millions
from bench.http_load import Tally, Task, load_on
from bench.installation import BenchInstallation
from bench.people import Person, add_person, add_workspace, provider_of
from deploy.local.processes import ChildProcess

FEW = 20
LIST = "/api/billing/invoices?limit=20"

_INVOICES = """
INSERT INTO invoices (id, workspace_id, bill_group_id, status, currency, net_minor, tax_minor, total_minor, paid_minor,
                      number, series, series_year, sequence, issued_on, due_on, issued_at, seller, buyer, version)
SELECT gen_random_uuid(), $1, $1, 'open', 'EUR', 100000, 20000, 120000, 0,
       $2 || '-' || lpad(n::text, 8, '0'), $2, 2027, n, date '2020-01-01' + n / 400, date '2020-01-15' + n / 400, now(),
       '{"name": "Larkspur Cloud"}', '{"name": "Northwind Logistics"}', 1
FROM generate_series(1, $3::integer) AS n
"""

Measure = Callable[[], Awaitable[tuple[Tally, float]]]


async def run(installed: BenchInstallation) -> BenchResult:
    few = await admin_with_invoices(installed, "FEW", FEW)
    count = 1_000_000 if installed.sizes.explained and wants_millions() else installed.sizes.invoices
    many = await admin_with_invoices(installed, "MANY", count)
    with ExitStack() as stack:
        stack.enter_context(installed.running("identity"))
        billing = stack.enter_context(installed.serving("billing-api", "deploy.cli", "serve", "billing", "--api"))
        peers = stack.enter_context(installed.serving("peers", "bench.peers"))
        async with httpx.AsyncClient(base_url=installed.stack.url("identity")) as identity:
            bench = Reading(identity, installed.sizes.request_seconds)
            subjects = {
                "portal": bench.of(billing, LIST, few),
                "large": bench.of(billing, LIST, many),
                "bare": bench.of(peers, "/invoices?limit=20", few),
                "static": bench.of(peers, "/static", few),
            }
            for warm_up in subjects.values():  # in this order: billing fetches the grants that the bare endpoint reads
                await warm_up()
            return _result(await interleaved(installed.sizes.rounds, subjects), count)


class Reading:
    def __init__(self, identity: httpx.AsyncClient, seconds: float) -> None:
        self._identity, self._seconds = identity, seconds

    def of(self, server: tuple[ChildProcess, int], path: str, person: Person) -> Measure:
        """One turn with eight connections and a fresh token; also the server's processor time per response."""
        child, port = server

        async def measure() -> tuple[Tally, float]:
            task = Task(port, path, self._seconds, await person.token(self._identity))
            return await load_on(child.process.pid, task)

        return measure


async def admin_with_invoices(installed: BenchInstallation, series: str, count: int) -> Person:
    """The admin of a new customer, which has this many invoices."""
    async with installed.database("identity") as identity:
        customer = await add_workspace(identity, "customer", await provider_of(identity))
        admin = await add_person(identity, customer, "admin")
    await _fill(installed, customer.id, series, count)
    return admin


async def _fill(installed: BenchInstallation, workspace_id: UUID, series: str, count: int) -> None:
    async with installed.database("billing") as billing:
        await billing.execute("SET session_replication_role = replica")  # no bill group is needed to list invoices
        await billing.execute(_INVOICES, workspace_id, series, count, timeout=300)
        await billing.execute("VACUUM ANALYZE invoices")


def _result(found: dict[str, list[tuple[Tally, float]]], many: int) -> BenchResult:
    rates = {name: [tally.rate for tally, _ in turns] for name, turns in found.items()}
    behind = {
        name: _absolute([tally for tally, _ in turns], [cpu for _, cpu in turns]) for name, turns in found.items()
    }
    slower = ratio(rates["portal"], to=rates["large"])
    return BenchResult(
        "portal-read",
        [
            Figure("list of 20 invoices / bare endpoint", ratio(rates["portal"], to=rates["bare"]), at_least=1.0,
                   behind=f"{behind['portal']}; bare {behind['bare']}"),
            Figure("list of 20 invoices / static answer", ratio(rates["portal"], to=rates["static"]),
                   behind=f"static {behind['static']}"),
            Figure(f"of 20 invoices / of {many:,}", slower, at_most=1.25, behind=behind["large"]),
        ],
    )  # fmt: skip


def _absolute(tallies: list[Tally], cpu: list[float]) -> str:
    rate, p50, p99 = (median(values) for values in zip(*((t.rate, t.p50, t.p99) for t in tallies), strict=True))
    return f"{rate:,.0f}/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms, {median(cpu):,.0f} µs CPU"
