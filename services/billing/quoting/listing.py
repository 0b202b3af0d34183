"""The quotes of all customers, for the provider's staff."""

from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from services.billing.quotes.listing import FIRST_PAGE, NEWEST, SUMMARY, read_quote
from services.billing.quotes.pricing import amounts_of, numbers_in, totals_of
from services.billing.quoting.schemas import LineWrite
from shared.errors import NotFound
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads
from shared.scope import EVERYWHERE

_CUSTOMER = """
       q.workspace_id::text,
       (SELECT w.display_name FROM workspace_copies w WHERE w.id = q.workspace_id) AS customer_name"""
_ALL = f"{SUMMARY}, {_CUSTOMER} FROM quotes q WHERE (q.requested_at, q.id) < ($1, $2)"
_IN_STATE = " AND q.state = $4"
PAGES = {False: first_rows(_ALL + NEWEST, "$3"), True: first_rows(_ALL + _IN_STATE + NEWEST, "$3")}
"""By whether a state is asked for."""
_WHOSE = f"SELECT {_CUSTOMER} FROM quotes q WHERE q.id = $1"  # noqa: S608 - constants
_PLANS = "SELECT id, currency, interval_months, field_prices FROM plan_versions WHERE id = ANY($1)"
_OWN = """
SELECT (SELECT json_build_object('version', d.version, 'lines', d.lines, 'valid_until', d.valid_until,
                                 'terms', d.terms)
          FROM quote_drafts d WHERE d.quote_id = $2 AND d.workspace_id = $1) AS draft,
       (SELECT coalesce(json_agg(json_build_object('id', n.id, 'written_by_address', n.written_by_address,
                                                   'written_at', n.written_at, 'body', n.body)
                                 ORDER BY n.written_at, n.id), '[]')
          FROM quote_notes n WHERE n.quote_id = $2 AND n.workspace_id = $1) AS notes
"""


async def list_all(read: ScopedReads, *, state: str | None, cursor: str | None, limit: int) -> list[dict[str, Any]]:
    """A page of all quotes, the newest first, with one row more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else FIRST_PAGE
    asked = [*after, limit + 1]
    rows = await read.fetch(PAGES[state is not None], *(asked if state is None else [*asked, state]))
    return [dict(row.items()) for row in rows]


async def within_customer(read: ScopedReads, quote_id: UUID) -> tuple[ScopedReads, dict[str, Any]]:
    """Reads within the customer of a quote, and what it is called. Raises `NotFound`."""
    found = await read.fetchrow(_WHOSE, quote_id)
    if found is None:
        raise NotFound("There is no such quote.")
    inner = replace(read.access, workspace_id=UUID(found["workspace_id"]), scope=EVERYWHERE)
    return ScopedReads(read.pool, inner), dict(found.items())


async def read_whole(read: ScopedReads, quote_id: UUID, tax_percent: Decimal) -> dict[str, Any]:
    """In the shape of `SellersQuoteRead`. Raises `NotFound`."""
    inner, customer = await within_customer(read, quote_id)
    own = await read.fetchrow(_OWN, read.access.workspace_id, quote_id)
    stored = {name: own[name] and orjson.Fragment(own[name]) for name in ("draft", "notes")}
    totals = await _totals(read, own["draft"], tax_percent)
    return await read_quote(inner, quote_id) | customer | stored | {"draft_totals": totals}


async def _totals(read: ScopedReads, draft: str | None, tax_percent: Decimal) -> dict[str, Any] | None:
    """What the draft would come to."""
    lines = [LineWrite.model_validate(line) for line in (orjson.loads(draft)["lines"] if draft else ())]
    if not lines:
        return None
    found = await read.fetch(_PLANS, [line.plan_version_id for line in lines])
    plans = {row["id"]: row for row in found}
    costs, currency = [], found[0]["currency"]
    for line in lines:
        plan = plans[line.plan_version_id]
        charged = orjson.loads(plan["field_prices"]) if line.field_prices is None else line.field_prices
        prices = {"recurring_minor": line.recurring_minor, "one_off_minor": line.one_off_minor}
        cost = amounts_of(
            prices | {"field_prices": charged}, numbers_in(line.configuration), line.quantity, currency, tax_percent
        )
        costs.append((plan["interval_months"], cost))
    return asdict(totals_of(costs, currency))
