"""`make bench`. A figure that misses its limit is shown as missed. A benchmark that cannot run is an error, and so is a
read that scans a tenant's table."""

import signal
import sys
import time
from types import ModuleType
from typing import Annotated

import typer
import uvloop

from bench import (
    access,
    audit_log,
    billing_run,
    campaigns,
    charging,
    customer_year,
    customers,
    deliveries,
    event_to_projection,
    exports,
    first_paint,
    footprint,
    hot_reads,
    invoice_pdf,
    licences,
    lists,
    mrr,
    order_to_provisioned,
    outbox_relay,
    pace,
    pages,
    partitions,
    portal_read,
    report,
    restore,
    tokens,
)
from bench.figures import FULL, SMOKE, BenchResult
from bench.installation import BenchInstallation, bench_installation
from bench.machine import load
from deploy.local.processes import CouldNotStart
from shared import logs

BENCHES = {
    "billing-run": billing_run,  # first: its memory is that of this process
    "outbox-relay": outbox_relay,
    "event-to-projection": event_to_projection,
    "partitions": partitions,
    "order-to-provisioned": order_to_provisioned,
    "portal-read": portal_read,
    "pages": pages,
    "first-paint": first_paint,
    "tokens": tokens,
    "licences": licences,
    "access": access,
    "exports": exports,
    "invoice-pdf": invoice_pdf,
    "audit-log": audit_log,
    "restore": restore,
    "charging": charging,
    "campaigns": campaigns,
    "deliveries": deliveries,
    "mrr": mrr,
    "footprint": footprint,
    "customer-year": customer_year,
    "customers": customers,
    "lists": lists,
    "hot-reads": hot_reads,  # last: its tenants keep every worker busy
}


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    smoke: Annotated[bool, typer.Option(help="Show that all of it runs; the numbers mean nothing.")] = False,
    only: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(BENCHES)}; may be repeated.")] = None,
    write: Annotated[bool, typer.Option(help="Put the figures into docs/benchmarks.md.")] = False,
) -> None:
    """Take the figures of docs/benchmarks.md on servers of their own."""
    unknown = set(only or ()) - BENCHES.keys()
    if unknown:
        raise typer.BadParameter(f"There is no bench {', '.join(unknown)}.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the processes that were started are stopped
    logs.configure("bench", "ERROR")
    chosen = [bench for name, bench in BENCHES.items() if name in (only or BENCHES)]
    try:
        with bench_installation(SMOKE if smoke else FULL) as installed:
            faults = uvloop.run(_measure(installed, chosen, write))
    except CouldNotStart as problem:
        sys.exit(f"\n{problem}")
    if faults:
        sys.exit("\n" + "\n\n".join(faults))


async def _measure(installed: BenchInstallation, chosen: list[ModuleType], write: bool) -> list[str]:
    """What makes the run an error."""
    results: list[BenchResult] = []
    microseconds = await pace.microseconds_per_list(installed)
    print(f"One API list takes {microseconds:,.0f} µs of processor time; limits of time hold at {pace.REFERENCE} µs,"
          f" and are {microseconds / pace.REFERENCE:.2f} times as long here.", flush=True)  # fmt: skip
    for bench in chosen:
        began = time.monotonic()
        result: BenchResult = await bench.run(installed)
        result.seconds, result.load = time.monotonic() - began, load()
        result = pace.scaled(result, microseconds)
        results.append(result)
        print(report.show(result), flush=True)
    if write:
        await report.write(installed, results, microseconds, complete=len(chosen) == len(BENCHES))
    return [fault for result in results for fault in result.faults]


if __name__ == "__main__":
    app()
