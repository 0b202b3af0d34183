"""The list of invoices, and one invoice: hot reads, without the ORM."""

from datetime import date
from typing import Any
from uuid import UUID

import orjson

from services.billing.invoices.models import STATE
from services.billing.invoices.schemas import InvoicesQuery, StatusFilter
from shared.errors import Invalid, NotFound
from shared.field_errors import field_error
from shared.lists import Listing, Search, Sort, Wanted, fetch_list, within_groups
from shared.reads import ScopedReads

_SUMMARY = """
SELECT t.id::text, t.bill_group_id::text, t.number, t.status, t.issued_on, t.due_on, t.currency, t.total_minor,
       t.paid_minor"""
SHOWN = _SUMMARY + " FROM ({rows}) t"
_OWED = ("open", "partially_paid")
_IN_STATUS = {
    StatusFilter.open: list(_OWED),
    StatusFilter.partially_paid: ["partially_paid"],
    StatusFilter.paid: ["paid"],
    StatusFilter.overdue: list(_OWED),
}
INVOICES = Listing(
    table="invoices",
    sorts={
        "issued_on": Sort("issued_on", "date", date, descending=True),
        "due_on": Sort("due_on", "date", date, descending=True, by_every_filter=True),
        "total": Sort("total_minor", "bigint", int, descending=True, by_every_filter=True),
    },
    filters={"status": ("open", "partially_paid", "paid")},
    search=Search("invoices", "id", "number", "upper({})", descending=True),
    ties={"number": "text"},
    only="t.issued_on IS NOT NULL",
)

_DETAIL = f""", coalesce((SELECT {STATE} FROM invoice_files f WHERE f.invoice_id = t.id), 'printing') AS document,
  t.net_minor, t.tax_minor, t.seller, t.buyer,
  (SELECT coalesce(json_agg(json_build_object(
            'position', l.position, 'kind', l.kind, 'description', l.description, 'product_name', l.product_name,
            'service_id', l.service_id, 'period_from', l.period_from, 'period_to', l.period_to,
            'interval_months', l.interval_months, 'days', l.days, 'whole_days', l.whole_days, 'quantity', l.quantity,
            'unit_minor', l.unit_minor, 'net_minor', l.net_minor, 'tax_percent', l.tax_percent::text,
            'tax_minor', l.tax_minor)
          ORDER BY l.position), '[]')
   FROM invoice_lines l WHERE l.invoice_id = t.id AND l.workspace_id = $1) AS lines"""  # noqa: S608 - constants
_ISSUED = " FROM invoices t WHERE t.workspace_id = $1 AND t.id = $2 AND t.status <> 'draft'"


async def list_invoices(read: ScopedReads, query: InvoicesQuery, *, today: date) -> dict[str, Any]:
    """A page of invoices. Raises `Invalid` for an order that has no index with these filters."""
    _check(query)
    conditions: list[tuple[str, object]] = []
    if query.issued_from:
        conditions.append(("t.issued_on >= {}", query.issued_from))
    if query.issued_to:
        conditions.append(("t.issued_on <= {}", query.issued_to))
    if query.status == StatusFilter.overdue:
        conditions.append(("t.due_on < {}", today))
    parts = within_groups(read.access, query.bill_group_id)
    filters = {"status": query.status and _IN_STATUS[query.status]}
    wanted = Wanted(query, query.sorted_by, filters, parts, conditions)
    rows, about = await fetch_list(read, INVOICES, wanted, SHOWN)
    return {"items": [_described(row, today) for row in rows], **about}


def _check(query: InvoicesQuery) -> None:
    """What a search finds is few, and goes with everything."""
    if query.q:
        return
    if query.status == StatusFilter.overdue and query.sorted_by != "due_on":
        errors = [field_error("/sort", "does_not_fit", "must be due_on where invoices are overdue")]
        raise Invalid("Overdue invoices are sorted by their due date.", errors=errors)
    if (query.issued_from or query.issued_to) and query.sorted_by != "issued_on":
        errors = [field_error("/sort", "does_not_fit", "must be issued_on where days of issue are chosen")]
        raise Invalid("Invoices of some days of issue are sorted by the day of issue.", errors=errors)


def _described(row: Any, today: date) -> dict[str, Any]:
    return dict(row.items()) | {"overdue": row["status"] in _OWED and row["due_on"] < today}


async def read_invoice(read: ScopedReads, invoice_id: UUID, *, today: date) -> dict[str, Any]:
    """An issued invoice, ready to be answered. Raises `NotFound` for a draft and for another workspace's invoice."""
    row = await read.fetchrow(_SUMMARY + _DETAIL + _ISSUED, read.access.workspace_id, invoice_id)
    if row is None:
        raise NotFound("There is no such invoice.")
    stored = {name: orjson.Fragment(row[name]) for name in ("seller", "buyer", "lines")}  # they are JSON already
    return _described(row, today) | stored
