"""Billing's jobs log under the correlation id of the request that caused the work."""

from typing import Any

import orjson
import structlog
from sqlalchemy import event

from tests.billing.harness import BillingHarness


async def test_every_event_of_the_jobs_is_saved_while_lines_carry_its_correlation_id(billing: BillingHarness) -> None:
    customer, plan = await billing.customer(), await billing.plan()
    first = await billing.subscribed(customer, plan, delay_days=1)
    second = await billing.subscribed(customer, plan, delay_days=1)
    logged: list[tuple[str, str | None]] = []

    def look(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        if "INSERT INTO outbox" in statement:
            said = orjson.loads(values[3])
            logged.append((said["correlation_id"], structlog.contextvars.get_contextvars().get("correlation_id")))

    engine = billing.running.runtime.worker_sessions.kw["bind"].sync_engine
    event.listen(engine, "before_cursor_execute", look)
    await billing.day_by_day(1)
    event.remove(engine, "before_cursor_execute", look)

    assert {said for said, _ in logged} == {str(first.correlation_id), str(second.correlation_id)}
    assert [bound for _, bound in logged] == [said for said, _ in logged]
