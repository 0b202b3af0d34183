"""Lists of quotes, and one quote with its newest offer and its messages."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from shared.errors import NotFound
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads

FIRST_PAGE = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
SUMMARY = """
SELECT q.id::text, q.number, q.state, q.bill_group_id::text, left(q.wish, 200) AS wish, q.requested_by_address,
       q.requested_at, q.valid_until, q.currency, q.gross_minor"""
_MINE = SUMMARY + " FROM quotes q WHERE q.workspace_id = $1 AND (q.requested_at, q.id) < ($2, $3)"
_IN_STATE = " AND q.state = $5"
NEWEST = " ORDER BY q.requested_at DESC, q.id DESC"
PAGES = {False: first_rows(_MINE + NEWEST, "$4"), True: first_rows(_MINE + _IN_STATE + NEWEST, "$4")}
"""By whether a state is asked for."""

LINES = """
(SELECT coalesce(json_agg(json_build_object(
     'id', l.id, 'position', l.position, 'product_id', l.product_id, 'plan_version_id', l.plan_version_id,
     'display_name', l.display_name, 'configuration', l.configuration, 'quantity', l.quantity,
     'interval_months', l.interval_months, 'billed', l.billed, 'term_months', l.term_months,
     'at_term_end', l.at_term_end, 'unit_minor', l.unit_minor, 'once_unit_minor', l.once_unit_minor,
     'net_minor', l.net_minor, 'tax_minor', l.tax_minor, 'once_net_minor', l.once_net_minor,
     'once_tax_minor', l.once_tax_minor, 'order_id', l.order_id) ORDER BY l.position), '[]')
   FROM quote_lines l WHERE l.quote_id = o.quote_id AND l.version = o.version AND l.workspace_id = $1)
"""
_OFFER = f"""
(SELECT json_build_object(
     'version', o.version, 'number', o.number, 'currency', o.currency, 'tax_percent', o.tax_percent::text,
     'once_net_minor', o.once_net_minor, 'once_tax_minor', o.once_tax_minor, 'recurring', o.recurring,
     'gross_minor', o.gross_minor, 'valid_until', o.valid_until, 'terms', o.terms, 'offered_at', o.offered_at,
     'document', CASE WHEN o.key IS NOT NULL THEN 'ready' WHEN o.due_at IS NULL THEN 'failed' ELSE 'printing' END,
     'state', CASE q.state WHEN 'offered' THEN 'open' WHEN 'ordered' THEN 'accepted' WHEN 'draft' THEN 'superseded'
                           ELSE q.state END,
     'lines', {LINES})
   FROM quote_offers o WHERE o.quote_id = q.id AND o.version = q.offer_version AND o.workspace_id = $1) AS offer
"""  # noqa: S608 - constants
_MESSAGES = """
(SELECT coalesce(json_agg(json_build_object(
     'id', m.id, 'from_seller', m.from_seller, 'written_by_address', m.written_by_address,
     'written_at', m.written_at, 'body', m.body) ORDER BY m.written_at, m.id), '[]')
   FROM quote_messages m WHERE m.quote_id = q.id AND m.workspace_id = $1) AS messages
"""
ONE = f"""
SELECT q.id::text, q.number, q.state, q.bill_group_id::text, q.currency, q.wish, q.wished, q.requested_by_address,
       q.requested_at, q.reason, q.ended_at, q.order_failure,
       CASE WHEN q.accepted_at IS NOT NULL THEN json_build_object(
           'name', q.accepted_name, 'address', q.accepted_by_address, 'po_number', q.po_number, 'at', q.accepted_at,
           'sha256', q.accepted_sha256) END AS acceptance,
       {_OFFER}, {_MESSAGES}
  FROM quotes q WHERE q.workspace_id = $1 AND q.id = $2
"""  # noqa: S608 - constants
STORED = ("wished", "acceptance", "offer", "messages")
"""Members that are JSON already."""


async def list_quotes(read: ScopedReads, *, state: str | None, cursor: str | None, limit: int) -> list[dict[str, Any]]:
    """A page of the workspace's quotes, the newest first, with one row more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else FIRST_PAGE
    asked = [read.access.workspace_id, *after, limit + 1]
    rows = await read.fetch(PAGES[state is not None], *(asked if state is None else [*asked, state]))
    return [dict(row.items()) for row in rows]


async def read_quote(read: ScopedReads, quote_id: UUID) -> dict[str, Any]:
    """In the shape of `QuoteRead`. Raises `NotFound`."""
    row = await read.fetchrow(ONE, read.access.workspace_id, quote_id)
    if row is None:
        raise NotFound("There is no such quote.")
    return dict(row.items()) | {name: row[name] and orjson.Fragment(row[name]) for name in STORED}
