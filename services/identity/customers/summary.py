"""How many customers there are by what is to be done about them. It costs the same however many there are: each number
is kept, or counted over at most `MOST` rows."""

# ruff: noqa: S608 - composed of constants; the caller's values are always parameters
from datetime import datetime, timedelta
from typing import Any, Literal

from services.identity.customers.overview import LAST_SIGN, MOST, NEVER, ListCriteria, Statement
from services.identity.customers.totals import count_inactive, fetch_kept
from shared.auth import Access
from shared.reads import Reader

SOON = timedelta(days=2)
"""Before an invitation expires, in real time, as it does."""

INVITED, UNTIL = "invited_at IS NOT NULL", "invitation_expires_at"


async def read_summary(read: Reader, access: Access, now: datetime, real_now: datetime) -> dict[str, Any]:
    """The numbers of `CustomersSummaryRead`. ``now`` is business time."""
    connected = ListCriteria("connected", None, "name", False, True, now)
    never, invited, expiring = Statement(), Statement(), Statement()
    return {
        "customers": (await fetch_kept(read, access, connected))["customers"],
        "inactive": await count_inactive(read, access, connected),
        "never": await _count(read, never, f"{never.matching(access, connected)} AND {NEVER} ORDER BY {LAST_SIGN}"),
        "invited": await _count(
            read, invited, f"{invited.matching(access, _all('not_connected', now))} AND {INVITED} ORDER BY {UNTIL}"
        ),
        "expiring": await _count(
            read, expiring,
            f"{expiring.matching(access, _all('not_connected', now))} AND {INVITED}"
            f" AND {UNTIL} <= {expiring.value(real_now + SOON)} ORDER BY {UNTIL}",
        ),
    }  # fmt: skip


def _all(status: Literal["connected", "not_connected"], now: datetime) -> ListCriteria:
    return ListCriteria(status, None, "name", False, False, now)


async def _count(read: Reader, statement: Statement, rows: str) -> int:
    row = await read.fetchrow(f"SELECT count(*) AS n FROM ({rows} LIMIT {MOST + 1}) few", *statement.values)
    return int(row["n"])
