"""Hot reads of where a workspace's services run (K9). Each part of an overview reads a bounded part of an index."""

from dataclasses import replace
from typing import Any, get_args
from uuid import UUID

from services.provisioning.placements.schemas import PlacedServicesQuery
from services.provisioning.products.brief import nested
from services.provisioning.services.schemas import ServicesQuery
from services.provisioning.services.service import SERVICES, SHOWN, describe
from services.provisioning.sites.brief import COLUMNS, SITE
from services.provisioning.sites.service import FIRST
from services.provisioning.states import ServiceState
from shared.auth import Access
from shared.errors import NotFound
from shared.events.provisioning import ServiceKind
from shared.lists import Listing, Wanted, fetch_list, within
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads
from shared.schemas import Name
from shared.scope import Within

LATEST = 5
"""Services of a site in the overview."""
MOST = 1_001
_BY_TIME = replace(SERVICES.sorts["requested_at"], by_every_filter=True)
OF_SITE = Listing(
    table="services", sorts={"requested_at": _BY_TIME}, filters=SERVICES.filters, named="t.version <> -3{}"
)
NOWHERE = replace(OF_SITE, only="t.site_id IS NULL")
PLACEMENT = f"""
SELECT {SITE.format(of="t")}, coalesce((SELECT takes FROM placements p WHERE p.service_id = t.id), '{{}}') AS takes
  FROM services t WHERE t.workspace_id = $1 AND t.id = $2
"""  # noqa: S608 - constants
_OPERATION = """
(SELECT json_build_object('id', o.id, 'verb', o.verb, 'state', o.state, 'step', o.step, 'steps', o.steps,
                          'message', o.message, 'message_code', o.message_code, 'message_values', o.message_values)
   FROM operations o WHERE o.service_id = n.id ORDER BY o.started_at DESC, o.id DESC LIMIT 1)
"""
_EACH = "unnest($1::text[]) k(kind) CROSS JOIN unnest($2::text[]) w(state)"
# $1, $2: kinds and states; $3, $4: those that are filtered by; $5: the workspace; $6, $7: the bill groups and locations
# that the caller's rights cover, both null for all.
_ROWS = """
services t WHERE t.workspace_id = $5 AND {group} AND {site} AND t.kind = k.kind AND t.state = w.state
   AND t.version <> -{number}
"""
_PARTS = """
(SELECT coalesce(json_agg(json_build_object('kind', c.kind, 'state', c.state, 'count', c.count)), '[]')
   FROM (SELECT k.kind, w.state, (SELECT count(*) FROM (SELECT FROM {rows} LIMIT {most}) f) AS count
           FROM {each}) c WHERE c.count > 0) AS counts,
(SELECT coalesce(json_agg(json_build_object('id', n.id, 'kind', n.kind, 'display_name', n.display_name,
                                            'state', n.state, 'operation', {operation})
                          ORDER BY n.requested_at DESC, n.id DESC), '[]')
   FROM (SELECT f.* FROM {each} CROSS JOIN LATERAL (
             SELECT t.id, t.kind, t.display_name, t.state, t.requested_at FROM {rows}
              ORDER BY t.requested_at DESC, t.id DESC LIMIT {latest}) f
          WHERE k.kind = ANY ($3::text[]) AND w.state = ANY ($4::text[])
          ORDER BY f.requested_at DESC, f.id DESC LIMIT {latest}) n) AS services
"""


def _parts(site: str, *, limited: bool) -> str:
    """The columns ``counts`` and ``services``, of everything or of some bill groups and locations."""
    rows = _ROWS.format(group="$6::uuid[] IS NULL AND $7::uuid[] IS NULL", site=site, number=32)
    if limited:
        of_groups = _ROWS.format(group="t.bill_group_id = g.id", site=site, number=34)
        others = "(t.bill_group_id = ANY ($6::uuid[])) IS NOT TRUE"
        of_locations = _ROWS.format(group=f"t.location_id = g.id AND {others}", site=site, number=342)
        rows = f"""(SELECT t.* FROM unnest($6::uuid[]) g(id) CROSS JOIN LATERAL (SELECT t.* FROM {of_groups}) t
          UNION ALL
          SELECT t.* FROM unnest($7::uuid[]) g(id) CROSS JOIN LATERAL (SELECT t.* FROM {of_locations}) t) t"""  # noqa: S608 - constants
    return _PARTS.format(rows=rows, each=_EACH, operation=_OPERATION, most=MOST, latest=LATEST)


def _sites(*, limited: bool) -> str:
    # The first rows of sites are cut before anything is counted.
    sites = "SELECT * FROM sites WHERE (display_name, id) > ($8, $9) ORDER BY display_name, id LIMIT $10"
    parts = _parts("t.site_id = x.id", limited=limited)
    return first_rows(
        f"SELECT {COLUMNS}, {parts} FROM ({sites}) x ORDER BY display_name, x.id",  # noqa: S608 - constants
        "$10",
    )


SITES = {limited: _sites(limited=limited) for limited in (False, True)}
AT_NONE = {limited: f"SELECT {_parts('t.site_id IS NULL', limited=limited)}" for limited in (False, True)}


async def read_placement(read: ScopedReads, service_id: UUID) -> dict[str, Any]:
    """A placement in the shape of `PlacementRead`. Raises `NotFound`."""
    row = await read.fetchrow(PLACEMENT, read.access.workspace_id, service_id)
    if row is None:
        raise NotFound(f"There is no service {service_id} in this workspace.")
    return nested(row, "site", "takes")


async def list_services(read: ScopedReads, query: PlacedServicesQuery) -> dict[str, Any]:
    """A page of the services at a site, or at none, each with the progress of its latest operation."""
    filters = {"kind": query.kind and [query.kind], "state": query.state and [query.state]}
    conditions = [("t.site_id = {}::uuid", query.site_id)] if query.site_id else []
    wanted = Wanted(
        ServicesQuery.model_construct(**query.model_dump(exclude={"site_id"}), q=None),
        "requested_at", filters, within(read.access), conditions,
    )  # fmt: skip
    rows, about = await fetch_list(read, OF_SITE if query.site_id else NOWHERE, wanted, SHOWN)
    return {"items": [describe(row) for row in rows], **about}


async def list_sites(
    read: ScopedReads, kind: ServiceKind | None, state: ServiceState | None, *, cursor: str | None, limit: int
) -> list[dict[str, Any]]:
    """All sites by name with the workspace's services, with one more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[Name, UUID]) if cursor else FIRST
    asked = _asked(read, kind, state)
    rows = await read.fetch(SITES[asked[-1] is not None], *asked, *after, limit + 1)
    return [nested(row, "counts", "services") for row in rows]


async def read_nowhere(
    read: ScopedReads, kind: ServiceKind | None, state: ServiceState | None
) -> dict[str, Any]:  # fmt: skip
    """The workspace's services that run at no site."""
    asked = _asked(read, kind, state)
    return nested(await read.fetchrow(AT_NONE[asked[-1] is not None], *asked), "counts", "services")


def _asked(read: ScopedReads, kind: ServiceKind | None, state: ServiceState | None) -> list[object]:
    kinds, states = list(get_args(ServiceKind)), [str(each) for each in ServiceState if each != ServiceState.deleted]
    return [
        kinds, states, [kind] if kind else kinds, [state] if state else states, read.access.workspace_id,
        *_covered(read.access),
    ]  # fmt: skip


def _covered(access: Access) -> tuple[list[UUID] | None, list[UUID] | None]:
    if not isinstance(access.scope, Within):
        return None, None
    return sorted(access.scope.bill_groups), sorted(access.scope.locations)
