"""The list of saved payment methods: a hot read, without the ORM."""

from typing import Any

from services.billing.payment_methods.schemas import PaymentMethodsQuery
from shared.reads import ScopedReads

METHODS = """
SELECT id::text, bill_group_id::text, kind, state, label, brand, last_four, expires_on, is_default
FROM payment_methods WHERE workspace_id = $1 AND ($2::uuid IS NULL OR bill_group_id = $2)
    AND state IN ('pending_verification', 'active', 'expired')
ORDER BY is_default DESC, requested_at, id LIMIT 1000
"""


async def list_methods(read: ScopedReads, query: PaymentMethodsQuery) -> list[dict[str, Any]]:
    """Those that were not removed, the default ones first."""
    rows = await read.fetch(METHODS, read.access.workspace_id, query.bill_group_id)
    return [dict(row.items()) for row in rows]
