"""A long list as a file: how fast a worker of billing writes it, and how much memory that takes."""

import asyncio
import time
from contextlib import ExitStack
from uuid import uuid4

import httpx

from bench.figures import BenchResult, Figure, wants_millions
from bench.installation import BenchInstallation
from bench.machine import memory_now_mib, peak_mib, reset_peak
from bench.people import Person
from bench.portal_read import admin_with_invoices

EXPORTS = "/api/billing/exports"
FORMATS = ("csv", "jsonl")


async def run(installed: BenchInstallation) -> BenchResult:
    count = 1_000_000 if installed.sizes.explained and wants_millions() else installed.sizes.exported
    few, many = await admin_with_invoices(installed, "EXPORT", 500), await admin_with_invoices(installed, "LONG", count)
    with ExitStack() as stack:
        stack.enter_context(installed.running("identity"))
        _, port = stack.enter_context(installed.serving("billing-api", "deploy.cli", "serve", "billing", "--api"))
        worker, _ = stack.enter_context(
            installed.serving("billing-worker", "deploy.cli", "serve", "billing", "--worker")
        )
        async with (
            httpx.AsyncClient(base_url=installed.stack.url("identity"), timeout=30) as identity,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as billing,
        ):
            exporting = Exporting(identity, billing)
            for format_ in FORMATS:  # what is imported and compiled once counts as before
                await exporting.seconds(few, format_, 500)
            figures = [
                figure
                for format_ in FORMATS
                for figure in await _figures(exporting, many, format_, count, worker.process.pid)
            ]
    return BenchResult("exports", figures)


class Exporting:
    def __init__(self, identity: httpx.AsyncClient, billing: httpx.AsyncClient) -> None:
        self._identity, self._billing = identity, billing

    async def seconds(self, person: Person, format_: str, rows: int) -> float:
        """From the request until the file is there."""
        began = time.perf_counter()
        body = {"list": "invoices", "format": format_}
        headers = await self._authorization(person) | {"Idempotency-Key": str(uuid4())}
        answer = (await self._billing.post(EXPORTS, json=body, headers=headers)).raise_for_status().json()
        while answer["state"] in ("queued", "running"):
            await asyncio.sleep(0.1)
            headers = await self._authorization(person)
            path = f"{EXPORTS}/{answer['id']}"
            answer = (await self._billing.get(path, headers=headers)).raise_for_status().json()
        assert (answer["state"], answer["rows"]) == ("done", rows), answer
        return time.perf_counter() - began

    async def _authorization(self, person: Person) -> dict[str, str]:
        return {"Authorization": f"Bearer {await person.token(self._identity)}"}


async def _figures(exporting: Exporting, person: Person, format_: str, count: int, pid: int) -> list[Figure]:
    before = memory_now_mib(pid)
    reset_peak(pid)
    seconds = await exporting.seconds(person, format_, count)
    peak = peak_mib(pid)
    return [
        Figure(f"{count:,} rows as {format_}", count / seconds, "rows/s", behind=f"{seconds:.1f} s"),
        Figure(f"the worker's memory meanwhile, {format_}", max(peak - before, 0), "MiB", at_most=64,
               behind=f"{before:.0f} MiB before, at most {peak:.0f} MiB"),
    ]  # fmt: skip
