"""Hot reads of releases, for staff."""

from datetime import date
from typing import Any
from uuid import UUID

from services.provisioning.products.brief import nested
from shared.errors import NotFound
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads

FIRST = (date(9999, 12, 31), UUID(int=2**128 - 1))
DOWNLOADED = "(SELECT count(*) FROM (SELECT FROM downloads d WHERE d.{by} LIMIT 1000) AS begun) AS downloads"
SUMMARY = (
    "r.id::text, r.version, r.released_on, r.state, r.published_at, r.withdrawn_at, r.revision, "
    + DOWNLOADED.format(by="release_id = r.id")
)
PAGE = f"""
SELECT {SUMMARY} FROM releases r WHERE r.product_id = $1 AND (r.released_on, r.id) < ($2, $3)
 ORDER BY r.released_on DESC, r.id DESC"""  # noqa: S608 - constants
FILES = f"""
SELECT f.id, f.name, f.state, f.size, f.sha256, {DOWNLOADED.format(by="file_id = f.id")}
  FROM release_files f WHERE f.release_id = r.id AND f.state <> 'removed' ORDER BY f.name"""  # noqa: S608 - constants
ONE = f"""
SELECT {SUMMARY}, r.product_id::text, r.notes, r.withdrawn_for,
       coalesce((SELECT json_agg(each) FROM ({FILES}) AS each), '[]') AS files
  FROM releases r WHERE r.id = $1"""  # noqa: S608 - constants


async def list_releases(read: ScopedReads, *, product_id: UUID, cursor: str | None, limit: int) -> list[dict[str, Any]]:
    """The releases of a product, newest first, with one more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[date, UUID]) if cursor else FIRST
    return [dict(row) for row in await read.fetch(first_rows(PAGE, "$4"), product_id, *after, limit + 1)]


async def read_release(read: ScopedReads, release_id: UUID) -> dict[str, Any]:
    """In the shape of `ReleaseRead`. Raises `NotFound`."""
    row = await read.fetchrow(ONE, release_id)
    if row is None:
        raise NotFound("There is no such release.")
    return nested(row, "files")
