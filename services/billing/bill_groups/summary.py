"""The billing summary: a hot read, without the ORM."""

from datetime import date
from typing import Any
from uuid import UUID

import orjson

from services.billing.bill_groups.dates import starting
from services.billing.bill_groups.vat import check_vat
from shared.errors import NotFound
from shared.reads import ScopedReads

# What is open is kept per due date, so that no invoice is read. A pending subscription counts for the next date, too:
# its first invoice is issued when its billing starts or, in arrears, when its first period has ended.
BILL_GROUPS = f"""
SELECT g.bill_group_id::text AS id, g.display_name, g.is_default, g.currency, g.frequency, g.auto_pay, g.terms_days,
       g.po_number, g.vat_number, g.registration_number, g.anchor_on, g.is_closed, g.portal_on, g.paying_on,
       g.locations_see_invoices,
       g.has_contract, g.owes,
       expected_billing_date(begins.anchor_on, g.next_billing_on, g.billed_on, starts.due_from) AS next_billing_on,
       owed.outstanding_minor, owed.overdue_minor,
       coalesce((SELECT c.minor FROM credits c WHERE c.bill_group_id = g.bill_group_id AND c.workspace_id = $1), 0)
         AS credit_minor,
       coalesce((SELECT -sum(p.left_minor) FROM pending_lines p WHERE p.bill_group_id = g.bill_group_id
                 AND p.workspace_id = $1 AND p.left_minor < 0), 0)::bigint AS unused_minor,
       g.past_due_on IS NOT NULL AS past_due,
       (SELECT '{{{{"billing": null, "shipping": null}}}}' || coalesce(jsonb_object_agg(c.kind, jsonb_build_object(
          'address', c.address, 'display_name', c.display_name, 'company', c.company, 'street', c.street,
          'postal_code', c.postal_code, 'city', c.city, 'country', c.country)), '{{{{}}}}')
        FROM bill_group_contacts c WHERE c.bill_group_id = g.bill_group_id AND c.workspace_id = $1) AS contacts
FROM bill_groups g CROSS JOIN LATERAL (
  SELECT coalesce(sum(o.minor), 0)::bigint AS outstanding_minor,
         coalesce(sum(o.minor) FILTER (WHERE o.due_on < $2), 0)::bigint AS overdue_minor
  FROM open_amounts o WHERE o.bill_group_id = g.bill_group_id AND o.workspace_id = $1 AND o.minor > 0) AS owed
{starting("$3")}
WHERE g.workspace_id = $1{{which}} ORDER BY g.is_default DESC, g.is_closed, g.display_name, g.bill_group_id
"""  # noqa: S608 - constants
ALL, ONE = BILL_GROUPS.format(which=""), BILL_GROUPS.format(which=" AND g.bill_group_id = $4")


async def read_bill_groups(read: ScopedReads, *, today: date, zone: str) -> list[dict[str, Any]]:
    """The billing summary of each bill group that the caller may see, ready to be answered (O11 to O14)."""
    return [_shown(row) for row in await read.fetch(ALL, read.access.workspace_id, today, zone)]


async def read_own_groups(
    read: ScopedReads, *, today: date, zone: str, takes_online_payments: bool
) -> list[dict[str, Any]]:
    """The same for the buyer, whom the seller's switches do not concern: ``paying_on`` is whether it can pay online, by
    its group's switch and the installation."""
    found = await read_bill_groups(read, today=today, zone=zone)
    return [group | {"paying_on": group["paying_on"] and takes_online_payments} for group in found]


async def read_group(read: ScopedReads, bill_group_id: UUID, *, today: date, zone: str) -> dict[str, Any]:
    """The summary of one bill group. Raises `NotFound`."""
    row = await read.fetchrow(ONE, read.access.workspace_id, today, zone, bill_group_id)
    if row is None:
        raise NotFound("There is no such bill group.")
    return _shown(row)


def _shown(row: Any) -> dict[str, Any]:
    known = {"contacts": orjson.Fragment(row["contacts"]), "vat_check": check_vat(row["vat_number"])}
    return dict(row.items()) | known
