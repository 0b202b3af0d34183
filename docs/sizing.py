"""Writes capacity.md and deploy/kubernetes/examples/values-….yaml from docs/capacity.py, with `make docs`."""

from collections.abc import Iterable

from deploy.environment import SERVICES
from docs.capacity import (
    BUSY_HOURS,
    DIVIDED,
    INVOICE,
    KEPT_DAYS,
    PAGES_PER_VISIT,
    PAGES_PER_YEAR,
    PEAK,
    PEOPLE,
    PER_YEAR,
    PROCESSES,
    RUN_HOURS,
    SIZES,
    USED,
    VISITS,
    Process,
    Size,
    cores,
    deed,
    measured,
    page,
    per_customer,
    per_second,
    resting,
)

HEAD = f"""# Capacity

What a customer costs, from measurements, and what follows for 1,000, 100,000 and 1,000,000 customers. The chart's
[examples](../deploy/kubernetes/examples/) have these sizes ([Kubernetes](kubernetes.md)).

Everything here is arithmetic ([docs/capacity.py](capacity.py)) on figures of [benchmarks.md](benchmarks.md), chapters
**customer-year** and **pages**. A test fails when this page does not follow from them. No installation of these sizes
was measured as a whole. Reads were, beside 100,000 rows and customers, and hold ([benchmarks](benchmarks.md)). Try
yours before you rely on it.

A core is a processor on which one API list of 20 invoices takes 570 µs: `python -m bench --only tokens` prints what it
takes on yours, and all processor times below scale with it.

## What a customer does in a year

These are assumptions. Change them in `docs/capacity.py` to your customers, and run `make docs`.

- {PEOPLE} people, each of whom comes {VISITS} times and opens {PAGES_PER_VISIT} pages: {PAGES_PER_YEAR} pages, and
  {PER_YEAR["a sign-in by mail"]} sign-ins by mail, since a session ends after 12 hours without them.
- {PER_YEAR["an order"]} orders, {PER_YEAR[INVOICE]} invoices of four lines, which are printed and mailed, and
  {PER_YEAR["a payment"]} payments by hand. In the first year it also joins: account, invitation, billing contact.
- All of that falls into {BUSY_HOURS:,} hours, and the busiest hour has {PEAK} times the average. Invoices are the
  exception: all of a month are made within {RUN_HOURS} hours, which may be the busiest ones, too.
"""

MISSING = """
## Sizes

The chapter **customer-year** was not measured yet. On a machine that does nothing else,
`python -m bench --only customer-year --write` measures it, and `make docs` writes the rest of this page and the values
of the three sizes.
"""

COSTS = """
## What a deed costs

Milliseconds of a core, of each process, with all that follows from the deed: events, copies, mails, the log. A page is
the mean of those that the benchmark opens.
"""

REST = f"""
A process that nobody asks anything looks for work all the same: the last column, in milliseconds per second. It is
counted once per process.

## What stays on disk

KiB per customer and year, with indexes, as tables of about a hundred rows per deed had grown: large tables are packed a
little closer. Rows that pass through, of outbox and inbox, are kept for 7 and {KEPT_DAYS} days, and are counted for
{KEPT_DAYS}. Files are invoices as PDF. Write-ahead log, backups and replicas come on top: what is kept, once more for
each replica.
"""

SIZING = f"""
## Sizes

- A process uses one core at most, and is meant to use {USED:.0%} of it in the busiest hour:
  replicas = max(2, cores / {USED}), rounded up. Above 1,000 customers the examples let the cluster double them.
- Events per second are those of the busiest hour, while invoices are made. Each is one message in the queue
  `{DIVIDED}`, and at most one in a queue of each other service: after an hour without workers as many wait there as
  the line says. A queue takes 2,000,000.
- `{DIVIDED}` is divided once one worker would be busy for more than half of {USED:.0%} of a core.
- PostgreSQL is one server with the five databases, of which `portico migrate` knows the admin, and its replicas.
"""

CONNECTIONS = """
## Connections

An API opens up to {api} connections to PostgreSQL (two pools of `<SERVICE>_API_CONNECTIONS`), a worker up to {worker}
(`<SERVICE>_WORKER_CONNECTIONS`, one for the relay, one that is woken by changes, one for its health, and those for
lists). The portal has none. The table counts what the most replicas may open, and `max_connections` leaves a tenth for
people and backups. Where that is more than your server should have, set fewer per process.

To RabbitMQ, a worker has up to two connections, for its consumers and for its relay, and the portal one.
"""


def capacity() -> str:
    if not measured():
        return HEAD + MISSING
    sizes = [Size(customers) for customers in SIZES]
    api, worker = (Process(name, 0, 0, False).connections for name in ("audit", "audit-worker"))
    parts = [HEAD, COSTS, *_costs(), REST, *_disk(), SIZING, *_sizes(sizes), *_processes(sizes)]
    return "\n".join(parts) + "\n" + CONNECTIONS.format(api=api, worker=worker)


def _table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    return [f"| {' | '.join(each)} |" for each in (head, ["---", *["--:"] * (len(head) - 1)], *rows)]


def _costs() -> list[str]:
    everything = (*PROCESSES, "postgres", "rabbitmq")
    deeds = {name: deed(name, "processor time") for name in PER_YEAR} | {"a page": page()}
    rows = [[name, *(f"{each.get(name, 0):.2f}" for each in deeds.values()), f"{resting(name) * 1000:.1f}"]
            for name in everything]  # fmt: skip
    return _table(["process", *deeds, "at rest, per second"], rows)


def _disk() -> list[str]:
    rows = [[service, f"{per_customer(service):.1f}"] for service in (*SERVICES, "files")]
    passing = sum(times * sum(deed(name, "passing through").values()) for name, times in PER_YEAR.items())
    return _table(["where", "KiB per customer and year"], [*rows, ["passes through in a year", f"{passing:.1f}"]])


def _sizes(sizes: list[Size]) -> list[str]:
    rows = [
        ["pages per second", *(f"{each.pages_per_second:.1f}" for each in sizes)],
        ["sign-ins per second", *(_rate(each, "a sign-in by mail") for each in sizes)],
        ["invoices per second", *(f"{each.customers / RUN_HOURS / 3600:.1f}" for each in sizes)],
        ["events per second", *(f"{each.events_per_second:.1f}" for each in sizes)],
        ["messages after an hour without workers", *(f"{each.events_per_second * 3600:,.0f}" for each in sizes)],
        [f"parts of `{DIVIDED}`", *(str(each.parts or "not divided") for each in sizes)],
        ["cores of all processes", *(f"{each.cores:.1f}" for each in sizes)],
        ["memory of all processes, GiB", *(f"{each.memory_gib:.1f}" for each in sizes)],
        ["cores of PostgreSQL", *(f"{cores(each.customers, 'postgres'):.1f}" for each in sizes)],
        ["cores of RabbitMQ", *(f"{cores(each.customers, 'rabbitmq'):.1f}" for each in sizes)],
        ["connections at most", *(f"{each.connections:,}" for each in sizes)],
        ["`max_connections`", *(f"{each.max_connections:,}" for each in sizes)],
        *([f"{service}, GiB a year", *(f"{each.disk_gib(service):.1f}" for each in sizes)]
          for service in (*SERVICES, "files")),
        ["passing through, GiB", *(f"{each.passing_gib:.1f}" for each in sizes)],
    ]  # fmt: skip
    return _table(["customers", *(f"{each.customers:,}" for each in sizes)], rows)


def _rate(size: Size, name: str) -> str:
    return f"{per_second(size.customers, PER_YEAR[name]):.1f}"


def _processes(sizes: list[Size]) -> list[str]:
    head = ["process", *(f"{size.customers:,}" for size in sizes)]
    by_name = zip(*(size.processes for size in sizes), strict=True)
    rows = [[each[0].name, *(f"{one.replicas} ({one.cores:.2f})" for one in each)] for each in by_name]
    return ["", "Replicas, and in brackets the cores that all of them use together:", "", *_table(head, rows)]


VALUES = """\
# How often each process runs for {customers:,} customers, as docs/capacity.md counts it; given behind your own values.
# Written by `make docs`. PostgreSQL's max_connections: {max_connections}.
files:
  billing: {{size: {files}Gi}}  # the invoices of five years
keda: {{enabled: {keda}}}
partitions: {partitions}
services:
"""
PROCESS = """\
  {name}:
    replicas: {replicas}
    resources: {{requests: {{cpu: {cpu}m, memory: {memory}Mi}}, limits: {{memory: {limit}Mi}}}}
    autoscaling: {{enabled: {scaled}, min: {replicas}, max: {most}}}
"""


def values() -> dict[str, str]:
    """The example values by file name, for each size."""
    return {f"values-{customers}.yaml": _values(Size(customers)) for customers in SIZES if measured()}


def _values(size: Size) -> str:
    scaled = "true" if size.scaled else "false"
    partitions = f"{{audit: {{{DIVIDED}: {size.parts}}}}}" if size.parts else "{}"
    head = VALUES.format(
        customers=size.customers, max_connections=size.max_connections, partitions=partitions,
        keda="true" if size.parts else "false", files=max(5, round(5 * size.disk_gib("files") + 0.5)),
    )  # fmt: skip
    return head + "".join(
        PROCESS.format(name=each.name, replicas=each.replicas, cpu=each.request_millicores, memory=each.memory_mib,
                       limit=max(512, each.memory_mib * (6 if each.name == "billing-worker" else 3)), most=each.most,
                       scaled=scaled)
        for each in size.processes
    )  # fmt: skip
