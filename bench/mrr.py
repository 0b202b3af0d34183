"""Starting the billing of one service, in workspaces with few and with very many subscriptions."""

import time
from statistics import median
from uuid import UUID, uuid4

from sqlalchemy import select

from bench.billing_run import NOW, PLAN
from bench.figures import BenchResult, Figure
from bench.installation import BenchInstallation
from services.billing.billing_clock.service import start_billing
from services.billing.settings import Settings
from services.billing.subscriptions.models import Subscription
from shared.db import Sessions, make_engine, make_sessions
from shared.events import Actor
from shared.outbox import Cause, transaction

TURNS = 60
GROUP = """
INSERT INTO bill_groups (bill_group_id, workspace_id, display_name, currency, is_default, frequency, terms_days,
    auto_pay, po_number, vat_number, registration_number, version)
VALUES ($1, $1, 'Default', 'EUR', true, 'monthly', 14, false, '', '', '', 1)
"""
SUBSCRIPTIONS = """
INSERT INTO subscriptions (id, workspace_id, bill_group_id, service_id, service_version, service_kind, description,
    plan_version_id, quantity, currency, recurring_minor, one_off_minor, interval_months, ordered_at,
    correlation_id, begun_via, clock, billing_starts_at, billing_started_at, started_on, unbilled_from, version)
SELECT gen_random_uuid(), $1, $1, gen_random_uuid(), 1, 'port', 'Uplink ' || n, $2, 1, 'EUR', 10000, 0, 1, now(),
    gen_random_uuid(), 'system', $3, '2027-01-10', '2027-01-10', '2027-01-10', '2027-02-10', 2
FROM generate_series(1, $4::integer) n
"""


async def run(installed: BenchInstallation) -> BenchResult:
    own = await installed.with_own_databases("mrr")
    environment = own.stack.environment
    sizes = [1, 1_000, 100_000] if installed.sizes.explained else [1, 50]
    engine = make_engine(environment["BILLING_WORKER_DATABASE_URL"], 2)
    settings = Settings.model_construct(time_zone="UTC")
    try:
        async with own.database("billing") as database:
            plan = uuid4()
            await database.execute(PLAN, plan)
            workspaces = {size: uuid4() for size in sizes}
            for size, workspace_id in workspaces.items():
                await database.execute(GROUP, workspace_id)
                await database.execute(SUBSCRIPTIONS, workspace_id, plan, "started", size, timeout=600)
                await database.execute(SUBSCRIPTIONS, workspace_id, plan, "pending", TURNS)
            await database.execute("VACUUM ANALYZE", timeout=600)
        taken = await _starts(make_sessions(engine), settings, workspaces)
    finally:
        await engine.dispose()
    few, many = taken[sizes[0]], taken[sizes[-1]]
    behind = "; ".join(f"{size:,}: {milliseconds:.2f} ms" for size, milliseconds in taken.items())
    return BenchResult("mrr", [
        Figure(f"starting one of {sizes[-1]:,} subscriptions / one of {sizes[0]:,}", many / few, at_most=1.25,
               behind=behind),
    ])  # fmt: skip


async def _starts(sessions: Sessions, settings: Settings, workspaces: dict[int, UUID]) -> dict[int, float]:
    """Milliseconds of a start, the median, all sizes in turn. The first ones are uncounted."""
    taken: dict[int, list[float]] = {size: [] for size in workspaces}
    for _ in range(TURNS):
        for size, workspace_id in workspaces.items():
            began = time.perf_counter()
            async with transaction(sessions, Cause(Actor(), NOW), workspace_id=workspace_id) as session:
                pending = select(Subscription).where(
                    Subscription.bill_group_id == workspace_id, Subscription.clock == "pending"
                )
                subscription = (await session.scalars(pending.limit(1).with_for_update())).one()
                await start_billing(session, settings, subscription)
            taken[size].append((time.perf_counter() - began) * 1000)
    return {size: median(each[TURNS // 4 :]) for size, each in taken.items()}
