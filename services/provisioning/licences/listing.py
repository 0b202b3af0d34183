"""Hot reads of a workspace's licences."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.provisioning.licences.models import NOT_ENDED, LicenceState
from services.provisioning.licences.schemas import LicencesQuery
from services.provisioning.products.brief import PRODUCT, nested
from shared.errors import NotFound
from shared.lists import Listing, Search, Sort, Wanted, fetch_list, within
from shared.reads import ScopedReads

COLUMNS = f"""
t.id::text, t.service_id::text, t.state, t.maintenance_until, t.issued_at, s.display_name, s.quantity,
s.ends_on - 1 AS valid_until, {PRODUCT.replace("product_id", "t.product_id")},
(SELECT count(*) FROM licence_activations a WHERE a.licence_id = t.id) AS activations
"""  # noqa: S608 - constants
SERVICE = "CROSS JOIN LATERAL (SELECT * FROM services o WHERE o.id = t.service_id OFFSET 0) s"
"""One by one, of the few licences of a page."""
SHOWN = f"SELECT {COLUMNS} FROM ({{rows}}) t {SERVICE}"  # noqa: S608 - constants
ONE = f"""
SELECT {COLUMNS}, t.generation, t.signing_key_id, t.revoked_at, t.revoked_for
  FROM (SELECT * FROM licences WHERE workspace_id = $1 AND {{by}} = $2) t {SERVICE}
"""  # noqa: S608 - constants
MACHINES = """
SELECT id::text, machine_name, activated_at, renewed_at FROM licence_activations
 WHERE workspace_id = $1 AND licence_id = $2 ORDER BY machine_name, id LIMIT 100
"""
LICENCES = Listing(
    table="licences",
    sorts={"issued_at": Sort("issued_at", "timestamptz", datetime, descending=True)},
    filters={"state": tuple(LicenceState)},
    search=Search("service_words", "service_id", "word", "search_text({})", repeats=True),
    row_id="service_id",
    only=f"t.{NOT_ENDED}",
)
ENDED = replace(LICENCES, only="t.state = 'ended'")


async def list_licences(read: ScopedReads, query: LicencesQuery) -> dict[str, Any]:
    """A page of the licences, the newest first. Those that have ended are left out, unless they are asked for."""
    listing = ENDED if query.state == LicenceState.ended else LICENCES
    wanted = Wanted(query, query.sort, {"state": query.state and [query.state]}, within(read.access))
    rows, about = await fetch_list(read, listing, wanted, SHOWN)
    return {"items": [nested(row, "product") for row in rows], **about}


async def read_licence(read: ScopedReads, licence_id: UUID) -> dict[str, Any]:
    """A licence in the shape of `LicenceDetailRead`. Raises `NotFound`."""
    return await _one(read, "id", licence_id)


async def read_licence_of(read: ScopedReads, service_id: UUID) -> dict[str, Any]:
    """The licence of a service. Raises `NotFound`."""
    return await _one(read, "service_id", service_id)


async def _one(read: ScopedReads, by: str, id_: UUID) -> dict[str, Any]:
    row = await read.fetchrow(ONE.format(by=by), read.access.workspace_id, id_)
    if row is None:
        raise NotFound("There is no such licence in this workspace.")
    machines = await read.fetch(MACHINES, read.access.workspace_id, UUID(row["id"]))
    return nested(row, "product") | {"machines": [dict(each) for each in machines]}
