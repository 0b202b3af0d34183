"""Auto-pay: due invoices are charged to the default method of their bill group, by leased work.

The gateway is called between two transactions. The first one stores the attempt, whose id is the key of the call; the
second one records the answer. A worker that dies in between leaves a charge of which nobody knows whether it was made:
whoever takes it over looks it up before anything else.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.charges.beginning import Begun, begin
from services.billing.charges.following import decline, received
from services.billing.charges.models import AutoCharge, ChargeState
from services.billing.gateways import port
from services.billing.gateways.calling import BATCH, LEASE, UNTIL_ANSWERED, called
from services.billing.gateways.choosing import gateway_of
from services.billing.payments.locking import lock_payment
from services.billing.payments.outcomes import process_payment
from services.billing.payments.receiving import record_payment
from services.billing.settings import Settings
from shared.jobs import JobContext
from shared.leases import Claim, GivenUp, claim
from shared.outbox import transaction

PLANNED_AT_ONCE = 1_000
"""Finding what is due costs the same for one invoice as for all, so that it is done for many."""

# One statement for all tenants. A row that was stopped, or whose invoice a bank has reopened, begins anew.
_PLAN = """
INSERT INTO charges (id, workspace_id, bill_group_id, invoice_id, state, failures, next_at, due_at, tries,
                     correlation_id, begun_via, parent_workspace_id)
SELECT gen_random_uuid(), i.workspace_id, i.bill_group_id, i.id, 'waiting', 0, :now, clock_timestamp(), 0,
       gen_random_uuid(), 'system', w.parent_workspace_id
FROM bill_groups g JOIN invoices i ON i.bill_group_id = g.bill_group_id
LEFT JOIN workspace_copies w ON w.id = i.workspace_id
WHERE g.auto_pay AND g.paying_on AND i.status IN ('open', 'partially_paid') AND i.due_on <= :today
    AND NOT EXISTS (SELECT FROM charges c WHERE c.invoice_id = i.id AND c.state NOT IN ('stopped', 'done'))
ORDER BY i.due_on LIMIT :limit
ON CONFLICT (invoice_id) DO UPDATE SET state = 'waiting', next_at = excluded.next_at, due_at = excluded.due_at
    WHERE charges.state IN ('stopped', 'done') AND charges.lease_id IS NULL
"""
# Where paying online is switched off, a charge waits, and is due at once when it is on again.
_WAKE = """
UPDATE charges c SET due_at = clock_timestamp() FROM bill_groups g
WHERE c.due_at IS NULL AND c.next_at <= :now AND c.state = 'waiting'
    AND g.bill_group_id = c.bill_group_id AND g.paying_on
"""


async def plan_charges(session: AsyncSession, *, now: datetime, today: date) -> int:
    """Note the invoices that are due and whose group pays by itself, up to `PLANNED_AT_ONCE`. ``now`` is business time,
    ``today`` the seller's day."""
    values = {"now": now, "today": today, "limit": PLANNED_AT_ONCE}
    done = await session.execute(text(_PLAN), values)
    return done.rowcount  # type: ignore[attr-defined, no-any-return]


async def claim_charges(job: JobContext, session: AsyncSession) -> Sequence[Claim[AutoCharge]]:
    """The next charges: those whose day has come, and those whose outcome is unknown."""
    if job.settings.takes_online_payments:
        await session.execute(text(_WAKE), {"now": job.now})
    return await claim(session, AutoCharge, UNTIL_ANSWERED, now=job.real_now, lease=LEASE, limit=BATCH)


async def charge(job: JobContext, row: AutoCharge) -> None:
    """Charge an invoice: store the attempt, ask the gateway, record the answer."""
    gateway = gateway_of(job.settings, job.sessions, job.clock)
    cause = row.origin.cause(job.now)
    async with transaction(job.sessions, cause, workspace_id=row.workspace_id) as session:
        begun = await begin(session, job.settings, row, gateway.name, now=job.real_now)
    if begun is None:
        return
    answer = await _ask(gateway, begun)
    async with transaction(job.sessions, cause, workspace_id=row.workspace_id) as session:
        await _record(session, job.settings, begun, answer, now=job.real_now)


async def _ask(gateway: port.Gateway, begun: Begun) -> port.Result:
    """Once: what may have been asked before is looked up first, and asked again only if that never arrived, and not
    while paying online is switched off."""
    if begun.asked_before:
        known = await called("look_up", gateway.look_up(begun.charge, key=begun.key))
        if not isinstance(known, port.NeverReceived):
            return known
    if not begun.paying_is_on:
        return port.Unknown("paying online is switched off")
    return await called("charge", gateway.charge(begun.charge, key=begun.key))


async def _record(
    session: AsyncSession, settings: Settings, begun: Begun, answer: port.Result, *, now: datetime
) -> None:
    locked = await lock_payment(session, begun.charge.workspace_id, begun.charge.payment_id)
    match answer:
        case port.Approved():
            got = {"amount_minor": begun.charge.amount_minor, "method": answer.method, "reference": answer.reference}
            await record_payment(session, locked, **got)  # type: ignore[arg-type]
            await received(session, locked)
        case port.Processing():
            await process_payment(session, locked, begun.method, answer.reference, now=now)
        case port.RequiresAction():  # nobody is there who could confirm it
            await decline(session, locked, settings, "not_authenticated", begun.method)
        case port.Declined():
            await decline(session, locked, settings, answer.reason, begun.method)
        case port.Unknown():
            return
    await session.execute(text(_SETTLED), {"payment": locked.payment.id, "state": locked.payment.state})


# A processed one waits for its callback, which may have come before the answer.
_SETTLED = """
UPDATE charges SET state = 'processing', next_at = NULL
WHERE payment_id = :payment AND state = 'charging' AND :state = 'processing'
"""


async def release(job: JobContext, session: AsyncSession, row: AutoCharge, outcome: GivenUp | None) -> None:
    """After a try: look up later what is still unknown. All else waits for its day, or for a callback."""
    if row.state == ChargeState.charging:
        row.due_at = UNTIL_ANSWERED.next_try(row, job.real_now)
    else:
        row.due_at, row.tries = None, 0
