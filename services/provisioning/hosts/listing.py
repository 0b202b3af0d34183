"""Hot reads of hosts, their load, and what runs on them, in the provider's scope."""

from typing import Any
from uuid import UUID

from services.provisioning.products.brief import nested
from services.provisioning.resources import RESOURCES
from services.provisioning.sites.brief import COLUMNS, SITE
from services.provisioning.sites.service import FIRST
from shared.errors import NotFound
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads
from shared.schemas import Name

COUNTED = 1_000
"""The most services that are counted of a host."""
_ORDER = "array_position(ARRAY[{}]::varchar[], r.resource)".format(", ".join(f"'{name}'" for name in RESOURCES))
LOADS = f"""
(SELECT coalesce(json_agg(json_build_object('resource', r.resource, 'capacity', r.capacity, 'taken', r.taken)
                          ORDER BY {_ORDER}), '[]')
   FROM host_resources r WHERE r.host_id = h.id AND r.capacity > 0) AS resources
"""  # noqa: S608 - constants
HOST = "h.id::text, h.site_id::text, h.display_name, h.in_maintenance"
PAGE = first_rows(
    f"SELECT {HOST}, {LOADS} FROM hosts h"  # noqa: S608 - constants
    " WHERE h.site_id = $1 AND (h.display_name, h.id) > ($2, $3) ORDER BY h.display_name, h.id",
    "$4",
)
ONE = f"""
SELECT {HOST}, {LOADS}, {SITE.format(of="h")},
       (SELECT count(*) FROM services_on_host(h.id, '00000000-0000-0000-0000-000000000000', $2)) AS services
  FROM hosts h WHERE h.id = $1
"""  # noqa: S608 - constants
OF_SITES = first_rows(
    f"""
SELECT {COLUMNS}, x.hosts, x.in_maintenance,
       (SELECT coalesce(json_agg(json_build_object('resource', r.resource, 'capacity', r.capacity, 'taken', r.taken)
                                 ORDER BY {_ORDER}), '[]')
          FROM (SELECT resource, sum(capacity)::bigint AS capacity, sum(taken)::bigint AS taken
                  FROM host_resources WHERE host_id IN (SELECT id FROM hosts WHERE site_id = x.id)
                 GROUP BY resource HAVING sum(capacity) > 0) r) AS resources
  FROM (SELECT s.*,
               (SELECT count(*) FROM hosts h WHERE h.site_id = s.id) AS hosts,
               (SELECT count(*) FROM hosts h WHERE h.site_id = s.id AND h.in_maintenance) AS in_maintenance
          FROM sites s WHERE (s.display_name, s.id) > ($1, $2) ORDER BY s.display_name, s.id LIMIT 201) x
 ORDER BY display_name, x.id
""",  # noqa: S608 - constants
    "$3",
)
SERVICES = """
SELECT s.id::text, s.workspace_id::text, s.display_name, s.kind, s.state, s.takes,
       (SELECT w.display_name FROM workspace_copies w WHERE w.id = s.workspace_id) AS customer_name
  FROM services_on_host($1, $2, $3) s ORDER BY s.id
"""
NOBODY = UUID(int=0)


async def list_hosts(read: ScopedReads, *, site_id: UUID, cursor: str | None, limit: int) -> list[dict[str, Any]]:
    """Hosts of a site by name, with one more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[Name, UUID]) if cursor else FIRST
    return [nested(row, "resources") for row in await read.fetch(PAGE, site_id, *after, limit + 1)]


async def read_host(read: ScopedReads, host_id: UUID) -> dict[str, Any]:
    """A host in the shape of `HostDetailRead`. Raises `NotFound`."""
    row = await read.fetchrow(ONE, host_id, COUNTED)
    if row is None:
        raise no_host(host_id)
    return nested(row, "resources", "site")


async def list_loads(read: ScopedReads, *, cursor: str | None, limit: int) -> list[dict[str, Any]]:
    """Sites by name with the load of their hosts, with one more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[Name, UUID]) if cursor else FIRST
    return [nested(row, "resources") for row in await read.fetch(OF_SITES, *after, limit + 1)]


async def list_services(read: ScopedReads, host_id: UUID, *, cursor: str | None, limit: int) -> list[dict[str, Any]]:
    """What runs on a host, with one more than ``limit`` if there is a next page."""
    (after,) = decode_cursor(cursor, tuple[UUID]) if cursor else (NOBODY,)
    return [nested(row, "takes") for row in await read.fetch(SERVICES, host_id, after, limit + 1)]


def no_host(host_id: UUID) -> NotFound:
    return NotFound(f"There is no host {host_id}.")
