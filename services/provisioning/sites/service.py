"""Sites: adding, changing and reading them."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.sites.brief import COLUMNS
from services.provisioning.sites.models import Site
from services.provisioning.sites.schemas import SiteCreate, SiteUpdate
from shared.errors import Conflict, NotFound
from shared.events.provisioning import SiteAdded, SiteChanged
from shared.outbox import emit
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads
from shared.schemas import Name

PAGE = first_rows(
    f"SELECT {COLUMNS} FROM sites WHERE (display_name, id) > ($1, $2) ORDER BY display_name, id",  # noqa: S608
    "$3",
)
ONE = f"SELECT {COLUMNS} FROM sites WHERE key = $1"  # noqa: S608 - constants
FIRST = ("", UUID(int=0))


class SiteKeyTaken(Conflict):
    """Another site has this key."""

    title = "The key is taken"


async def list_sites(read: ScopedReads, *, cursor: str | None, limit: int) -> list[dict[str, Any]]:
    """Sites by name, with one more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[Name, UUID]) if cursor else FIRST
    return [dict(row.items()) for row in await read.fetch(PAGE, *after, limit + 1)]


async def read_site(read: ScopedReads, key: str) -> dict[str, Any]:
    """Raises `NotFound`."""
    row = await read.fetchrow(ONE, key)
    if row is None:
        raise _missing(key)
    return dict(row.items())


async def add_site(session: AsyncSession, body: SiteCreate, *, provider_id: UUID) -> Site:
    """Raises `SiteKeyTaken`."""
    made = insert(Site).values(**body.model_dump()).on_conflict_do_nothing(index_elements=["key"]).returning(Site)
    site = (await session.scalars(made)).one_or_none()
    if site is None:
        raise SiteKeyTaken(f"There is a site {body.key!r} already; change that one, or choose another key.")
    await emit(session, SiteAdded.model_validate(_told(site, provider_id)))
    return site


async def change_site(session: AsyncSession, key: str, body: SiteUpdate, *, provider_id: UUID) -> Site:
    """Raises `NotFound`. The same values again say nothing."""
    site = (await session.scalars(select(Site).where(Site.key == key).with_for_update())).one_or_none()
    if site is None:
        raise _missing(key)
    before = {name: getattr(site, name) for name in SiteUpdate.model_fields}
    if before == (wanted := body.model_dump()):
        return site
    for name, value in wanted.items():
        setattr(site, name, value)
    site.version += 1
    await emit(session, SiteChanged.model_validate(_told(site, provider_id)))
    return site


def _told(site: Site, provider_id: UUID) -> dict[str, object]:
    return {
        "workspace_id": provider_id,
        "subject_version": site.version,
        "site_id": site.id,
        "key": site.key,
        "display_name": site.display_name,
        "city": site.city,
        "country": site.country,
    }


def _missing(key: str) -> NotFound:
    return NotFound(f"There is no site {key!r}.")
