"""The billing run: due groups are billed in batches, each in one transaction. Any number of workers may run it. One
that is killed leaves nothing behind, and its groups are due as before."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.dates import NEXT_BILLING_ON
from services.billing.billing_runs.due import START, claim_due, due_of
from services.billing.invoices.checks import Reason, fault_of
from services.billing.invoices.drafts import Billed, bill
from services.billing.invoices.issuing import Issue, issue
from services.billing.invoices.parties import seller_now
from services.billing.settings import Settings
from shared.db import Sessions, run_sql
from shared.errors import is_lost_connection
from shared.events import Actor
from shared.logs import correlated
from shared.outbox import Cause
from shared.scope import writing_in

log = structlog.get_logger()

AT_ONCE = 2
BATCHES = 20
"""At most so many in one pass, after which the next one begins with what was left over."""
MANY = 10
PASSING = ("40", "53", "55", "57", "58")
"""Classes of PostgreSQL's errors that say nothing about a group: it is tried again in the next pass."""

_ADVANCE = """
UPDATE subscriptions s SET unbilled_from = t.unbilled_from, once_billed = true
FROM unnest($1::uuid[], $2::date[]) AS t (id, unbilled_from) WHERE s.id = t.id
"""
_TAKE = """
UPDATE pending_lines p SET left_minor = p.left_minor - t.taken
FROM unnest($1::uuid[], $2::bigint[]) AS t (id, taken) WHERE p.id = t.id
"""
_NEXT = f"""
UPDATE bill_groups g SET billed_on = greatest(g.billed_on, g.next_billing_on), next_billing_on = {NEXT_BILLING_ON}
WHERE g.bill_group_id = ANY ($1::uuid[])
"""  # noqa: S608 - constants
_PARK = """
INSERT INTO parked_groups (bill_group_id, workspace_id, billing_on, reason, detail, parked_at)
SELECT g.bill_group_id, g.workspace_id, g.next_billing_on, t.reason, $3, $4
FROM unnest($1::uuid[], $2::text[]) AS t (id, reason) JOIN bill_groups g ON g.bill_group_id = t.id
WHERE g.next_billing_on IS NOT NULL ON CONFLICT (bill_group_id) DO NOTHING
"""
_WORKSPACE = "SELECT workspace_id FROM bill_groups WHERE bill_group_id = $1"


@dataclass
class BillingRun:
    """One pass over the due groups."""

    sessions: Sessions
    settings: Settings
    now: datetime

    @property
    def today(self) -> date:
        return self.settings.day_of(self.now)

    async def bill_all(self) -> int:
        """Bill what is due, up to `BATCHES`. Returns how many groups were billed or parked.

        Two batches at a time: one is drafted here while the database writes the other. Of a batch that fails, each
        group is tried alone, when both have ended: only all of them together show whose fault it is."""
        ended = await asyncio.gather(*(self._bill_batches() for _ in range(AT_ONCE)), return_exceptions=True)
        done, failed = 0, list[UUID]()
        for each in ended:
            if isinstance(each, BaseException):
                raise each
            done, failed = done + each[0], failed + each[1]
        return done + await self._bill_each(list(dict.fromkeys(failed)))

    async def _bill_batches(self) -> tuple[int, list[UUID]]:
        """Bill one batch after another. Returns how many groups were billed or parked, and those of a batch that
        failed, which is the last."""
        done, after = 0, START
        for _ in range(BATCHES // AT_ONCE):
            ids: list[UUID] = []
            try:
                async with self.sessions.begin() as session:
                    ids, last = await claim_due(session, today=self.today, after=after)
                    if last is None:
                        break
                    billed = await self._bill(session, ids)
            except Exception as error:
                if not ids or is_lost_connection(error):
                    raise
                log.warning("billing_run.batch_failed", groups=len(ids), error=type(error).__name__)
                return done, ids
            self._say(billed)
            done, after = done + len(billed), last
        return done, []

    async def _bill_each(self, ids: Sequence[UUID]) -> int:
        """Bill each of these groups, and park those that fail alone. Where all of many do, the fault is not theirs, and
        none is parked. Those that another worker has locked meanwhile say nothing about that."""
        done, passed_over, failed = 0, 0, dict[UUID, Exception]()
        for bill_group_id in ids:
            try:
                billed = await self._bill_alone(bill_group_id)
            except Exception as error:
                if is_lost_connection(error):
                    raise
                log.exception("billing_run.group_failed", bill_group_id=str(bill_group_id))
                if not is_passing(error):
                    failed[bill_group_id] = error
            else:
                done += billed or 0
                passed_over += billed is None
        if failed and len(failed) == len(ids) - passed_over and len(ids) > MANY:
            raise next(iter(failed.values()))
        for bill_group_id, reason in failed.items():
            async with self.sessions.begin() as session:
                workspace_id = (await run_sql(session, _WORKSPACE, bill_group_id)).scalar_one()
                async with writing_in(session, [workspace_id]):
                    await _park(session, {bill_group_id: "failed"}, type(reason).__name__, self.now)
        return done + len(failed)

    async def _bill_alone(self, bill_group_id: UUID) -> int | None:
        """None: another worker has locked it, or has billed it."""
        async with self.sessions.begin() as session:
            if not await _lock(session, bill_group_id, self.today):
                return None
            billed = await self._bill(session, [bill_group_id])
        self._say(billed)
        return len(billed)

    async def _bill(self, session: AsyncSession, ids: Sequence[UUID]) -> list[Billed]:
        """Bill the locked groups in the session's transaction. Those whose invoices do not hold are parked."""
        seller = await seller_now(session, self.settings)
        found = [bill(group, due, seller, pending) for group, due, pending in await due_of(session, ids)]
        faults = {each.group.id: fault for each in found if (fault := fault_of(each))}
        sound = [each for each in found if each.group.id not in faults]
        async with writing_in(session, {each.group.workspace_id for each in found}):
            await _park(session, faults, "", self.now)
            subscriptions = [one.id for each in sound for one in each.due]
            await run_sql(session, _ADVANCE, subscriptions, [day for each in sound for day in each.unbilled_from])
            if taken := [one for each in sound for one in each.taken]:
                await run_sql(session, _TAKE, [id_ for id_, _ in taken], [minor for _, minor in taken])
            await run_sql(session, _NEXT, [each.group.id for each in sound])
            issues = [Issue(each.draft, each.group.terms_days, self._cause(each)) for each in sound if each.draft]
            await issue(session, issues, seller, now=self.now, today=self.today)
        return found

    def _cause(self, billed: Billed) -> Cause:
        """Because of the oldest order."""
        return billed.origin.cause(self.now) if billed.origin else Cause(Actor(), self.now)

    def _say(self, billed: Sequence[Billed]) -> None:
        """Each group under the correlation id of its oldest order."""
        for each in billed:
            with correlated(self._cause(each).correlation_id):
                log.info("billing_run.group_billed", bill_group_id=str(each.group.id))


async def _lock(session: AsyncSession, bill_group_id: UUID, today: date) -> bool:
    """Whether the group is due and was locked: another worker may have it, or have billed it."""
    mine = "SELECT 1 FROM bill_groups WHERE bill_group_id = $1 AND next_billing_on <= $2 FOR UPDATE SKIP LOCKED"
    return (await run_sql(session, mine, bill_group_id, today)).first() is not None


async def _park(session: AsyncSession, faults: dict[UUID, Reason], detail: str, now: datetime) -> None:
    """Bill these groups no more until staff try them again."""
    if faults:
        await run_sql(session, _PARK, list(faults), list(faults.values()), detail, now)
        for bill_group_id, reason in faults.items():
            log.error("billing_run.group_parked", bill_group_id=str(bill_group_id), reason=reason, detail=detail)


def is_passing(error: BaseException) -> bool:
    """Whether the error is the database's for now, such as a deadlock, and no fault of what was billed."""
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return bool(state) and str(state).startswith(PASSING)
