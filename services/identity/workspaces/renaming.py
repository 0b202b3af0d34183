"""A new slug for a workspace, made from its name, and the ones that it had."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.workspaces.models import Workspace, WorkspaceSlug
from services.identity.workspaces.slugs import stem_of, with_suffix
from shared.errors import Conflict

KEPT = timedelta(days=365)
"""How long a former slug leads on, in real time: bookmarks and mails do not wait for business time."""
FORMER = 5
"""How many former slugs a workspace may have at a time. Each is a name that nobody else can have."""


class TooManyFormerUrls(Conflict):
    """A workspace has at most five former URLs, each of which leads on for a year. Change its name alone, go back to a
    name that it had, or wait until one of them is over."""

    title = "Too many former URLs"


def called(slug: str) -> ColumnElement[bool]:
    """Whether a workspace has that slug, or had it within a year. Finds only what the scope sees."""
    named = select(WorkspaceSlug.workspace_id).where(WorkspaceSlug.slug == slug)
    return Workspace.id == named.scalar_subquery()


async def give_new_slug(session: AsyncSession, workspace: Workspace, real_now: datetime) -> None:
    """Make the slug from the workspace's name as it is now, unless it is so already. It takes one back that it had, and
    none that another workspace has or had within a year. Requires the workspace's lock. Raises `TooManyFormerUrls`."""
    await session.flush()
    present_first = WorkspaceSlug.until.desc().nulls_first()
    mine = select(WorkspaceSlug.slug).where(WorkspaceSlug.workspace_id == workspace.id).order_by(present_first)
    own = list(await session.scalars(mine.with_for_update()))  # or a job could release the one to take back
    stem = stem_of(workspace.display_name)
    may_have_another = len(own) <= FORMER
    if (stem in own or may_have_another) and await _take(session, workspace, stem, own, real_now):
        return
    with_stem = re.compile(rf"{stem}-[0-9a-f]{{6}}")
    known = next((slug for slug in own if with_stem.fullmatch(slug)), None)
    if known is None and not may_have_another:
        raise TooManyFormerUrls(f"This workspace has {FORMER} former URLs. Each of them leads to it for a year.")
    while not await _take(session, workspace, known or with_suffix(stem), own, real_now):
        pass


async def give_slugs_back(session: AsyncSession, workspace: Workspace, real_now: datetime) -> None:
    """Let others have the former slugs of a workspace at once, which nobody has ever opened: a job deletes them.
    Requires the workspace's lock."""
    former = WorkspaceSlug.workspace_id == workspace.id, WorkspaceSlug.until.is_not(None)
    await session.execute(update(WorkspaceSlug).where(*former).values(until=real_now))


async def give_slug_up(session: AsyncSession, workspace: Workspace, real_now: datetime) -> None:
    """Let others have all slugs of a workspace that is removed. Its own is one then that nobody would want.
    Requires the workspace's lock."""
    while not await _take(session, workspace, with_suffix("removed"), (), real_now):
        pass
    await give_slugs_back(session, workspace, real_now)


async def _take(
    session: AsyncSession, workspace: Workspace, slug: str, own: Collection[str], real_now: datetime
) -> bool:
    """Whether the workspace has the slug now; if not, it is another one's, or was within a year.

    The indexes of both tables are written in the order in which a new workspace writes them. In the other order two
    that take the same slug would block each other."""
    if slug == workspace.slug:
        return True
    here = WorkspaceSlug.workspace_id == workspace.id
    former = update(WorkspaceSlug).where(here, WorkspaceSlug.slug == workspace.slug).values(until=real_now + KEPT)
    back = update(WorkspaceSlug).where(here, WorkspaceSlug.slug == slug).values(until=None)
    new = insert(WorkspaceSlug).values(slug=slug, workspace_id=workspace.id)
    try:
        async with session.begin_nested():
            await session.execute(update(Workspace).where(Workspace.id == workspace.id).values(slug=slug))
            await session.execute(former)
            await session.execute(back if slug in own else new)
    except IntegrityError as error:
        if not is_taken(error):
            raise
        await session.refresh(workspace)  # undoing forgets what it was
        return False
    return True


def is_taken(error: IntegrityError) -> bool:
    """Whether another workspace has the slug, or had it within a year."""
    return any(name in str(error.orig) for name in ("uq_workspaces_slug", "pk_workspace_slugs"))
