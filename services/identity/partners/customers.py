"""The customers of a partner, as the provider's staff read them. Nothing of theirs is changed from here.

No policy of row security reaches two levels down: the partner is looked up first among those that the caller sees, and
only then are its customers read, in its scope.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.identity.customers.listing import list_customers
from services.identity.customers.overview import CELLS, ListCriteria
from services.identity.partners.overview import fetch_partner
from shared.auth import Access
from shared.reads import ScopedReads

HIDDEN = {"state": "hidden", "value": None}


async def list_customers_of(
    read: ScopedReads,
    access: Access,
    partner_id: UUID,
    criteria: ListCriteria,
    cursor: str | None,
    limit: int,
    *,
    totals: bool,
) -> dict[str, Any]:
    """The answer of `CustomersPage`. Whose role at the partner hides its numbers sees no number of its customers
    either, and nothing that depends on one. Raises `NotFound`."""
    partner = await fetch_partner(read, access, partner_id)
    sees_numbers = partner["customers"]["state"] != "hidden"
    if not sees_numbers:
        criteria, totals = replace(criteria, sort="name", descending=False, hide_inactive=False), False
    there = replace(access, workspace_id=partner_id, workspace_kind="partner", level="all")
    below = ScopedReads(read.pool, there)
    found = await list_customers(below, there, criteria, cursor, limit, totals=totals)
    role = "read_only" if sees_numbers else partner["role"]
    hidden = {} if sees_numbers else dict.fromkeys(CELLS, HIDDEN)
    return found | {
        "items": [each | {"role": role, "may_enter": False, "contact": None} | hidden for each in found["items"]]
    }
