"""A page of customers with what stands above it: their totals, and how many are left out."""

from typing import Any

from services.identity.customers.overview import MOST, ListCriteria, fetch_customers
from services.identity.customers.search import search
from services.identity.customers.totals import count_inactive, fetch_totals
from shared.auth import Access
from shared.reads import ScopedReads


async def list_customers(
    read: ScopedReads, access: Access, criteria: ListCriteria, cursor: str | None, limit: int, *, totals: bool
) -> dict[str, Any]:
    """The answer of `CustomersPage`."""
    criteria = await search(read, access, criteria)
    items, following = await fetch_customers(read, access, criteria, cursor, limit)
    return {
        "items": items,
        "next": following,
        "totals": await fetch_totals(read, access, criteria) if totals else None,
        "inactive_hidden": await count_inactive(read, access, criteria),
        "too_many_found": len(criteria.found or ()) > MOST,
    }
