"""Invoices as PDF: what printing one takes, in the printing process, and what others notice of it."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

from bench.figures import BenchResult, Figure
from bench.installation import BenchInstallation
from bench.portal_read import admin_with_invoices
from services.billing.printing import Printed, Printer

FEW, MANY = 12, 2_000
LISTED = "/api/billing/invoices?limit=50"


def document(lines: int, number: str) -> dict[str, Any]:
    """Made-up, and another one for each number: the compiler remembers what it has set."""
    row = {"product": "Metal M4", "period": "10 Jan 2027 – 9 Feb 2027", "quantity": "1", "unit": "EUR 1,000.00",
           "tax": "20 %", "net": "EUR 1,000.00"}  # fmt: skip
    labels = ("invoice", "from", "billed_to", "total", "payment")
    return {
        "language": "en", "title": number, "number": number, "labels": {each: each.title() for each in labels},
        "columns": ["Description", "Quantity", "Unit price", "Tax", "Net"],
        "seller": {"name": "Larkspur Cloud", "lines": ["Ring 1"]}, "buyer": {"name": "北风物流", "lines": ["Dock 4"]},
        "facts": [["Issued", "10 Jan 2027"], ["Due", "24 Jan 2027"], ["Account", "C-1042"]], "total": "EUR 1,200.00",
        "rows": [row | {"description": f"Server {number} {line}"} for line in range(lines)], "sums": [],
        "payment": ["Sign in."], "footer": "Larkspur Cloud",
    }  # fmt: skip


async def run(installed: BenchInstallation) -> BenchResult:
    rounds = 30 if installed.sizes.explained else 3
    printer = Printer()
    try:
        few = await _milliseconds(printer, FEW, rounds)
        half, _ = await _once(printer, MANY // 2)
        whole, peak = await _once(printer, MANY)
    finally:
        await printer.stop()
    alone, meanwhile = await _lists(installed)
    return BenchResult("invoice-pdf", [
        Figure(f"processor time of {FEW} lines", few, "ms", at_most=20),
        Figure(f"processor time of {MANY:,} lines, to half as many", whole / half, "times", at_most=2.6,
               behind=f"{whole:,.0f} ms, {half:,.0f} ms"),
        Figure(f"the most memory for {MANY:,} lines", peak, "MiB", at_most=400),
        Figure(f"p99 of a list while {installed.sizes.printed} invoices are printed, to alone", meanwhile / alone,
               "times", at_most=2, behind=f"{meanwhile * 1000:.1f} ms, {alone * 1000:.1f} ms"),
    ])  # fmt: skip


async def _milliseconds(printer: Printer, lines: int, rounds: int) -> float:
    """Of processor time, per document of a process that is warm."""
    for number in range(3):
        await _print(printer, lines, f"warm {number}")
    assert printer.process is not None
    before = _processor_seconds(printer.process.pid)
    for number in range(rounds):
        await _print(printer, lines, f"INV-{number}")
    return (_processor_seconds(printer.process.pid) - before) / rounds * 1000


async def _once(printer: Printer, lines: int) -> tuple[float, float]:
    """Milliseconds and MiB of one document, in a process that has set a small one before."""
    await printer.stop()
    await _print(printer, 1, "warm")
    began = time.perf_counter()
    made = await _print(printer, lines, "INV-1")
    return (time.perf_counter() - began) * 1000, made.peak_mib


async def _print(printer: Printer, lines: int, number: str) -> Printed:
    made = await printer.print(document(lines, number), 1_799_000_000)
    assert isinstance(made, Printed), made
    return made


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _lists(installed: BenchInstallation) -> tuple[float, float]:
    """The p99 of a list of invoices in seconds, alone and while large invoices are printed."""
    person = await admin_with_invoices(installed, "PDF", 500)
    with ExitStack() as stack:
        stack.enter_context(installed.running("identity"))
        _, port = stack.enter_context(installed.serving("billing-api", "deploy.cli", "serve", "billing", "--api"))
        async with (
            httpx.AsyncClient(base_url=installed.stack.url("identity"), timeout=30) as identity,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as billing,
        ):

            async def read() -> None:
                headers = {"Authorization": f"Bearer {await person.token(identity)}"}
                (await billing.get(LISTED, headers=headers)).raise_for_status()

            listed = installed.sizes.listed
            await _p99(read, listed, lambda: False)
            alone = await _p99(read, listed, lambda: False)
            printing = asyncio.create_task(_print_many(installed.sizes.printed))
            meanwhile = await _p99(read, listed, lambda: not printing.done())
            await printing
    return alone, meanwhile


async def _print_many(invoices: int) -> None:
    printer = Printer()
    try:
        for number in range(invoices):
            await _print(printer, MANY // 4, f"INV-{number}")
    finally:
        await printer.stop()


async def _p99(read: Callable[[], Awaitable[None]], least: int, goes_on: Callable[[], bool]) -> float:
    """Of at least so many reads one after the other, and of as many as there are while something goes on."""
    seconds: list[float] = []
    while len(seconds) < least or goes_on():
        began = time.perf_counter()
        await read()
        seconds.append(time.perf_counter() - began)
    return quantiles(seconds, n=100)[98]
