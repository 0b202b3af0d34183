"""The scope of a transaction: which workspace's rows it sees, for whom, and how much of them. Row security enforces it,
as the second line of defence between tenants. Without a scope, nothing is visible."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import Sessions, run_sql


@dataclass(frozen=True, slots=True)
class Everywhere:
    """All of a workspace."""

    @property
    def setting(self) -> str:
        return "*"


@dataclass(frozen=True, slots=True)
class Within:
    """Only what belongs to these bill groups and locations of a workspace. Without any, nothing."""

    bill_groups: frozenset[UUID] = frozenset()
    locations: frozenset[UUID] = frozenset()

    @property
    def setting(self) -> str:
        return ",".join(sorted(map(str, self.bill_groups | self.locations))) or "-"


Scope = Everywhere | Within
EVERYWHERE, NOTHING = Everywhere(), Within()

Settings = tuple[str, str, str]

_SET = (
    "WITH former AS MATERIALIZED (SELECT current_setting('portico.workspace', true) AS workspace,"
    " current_setting('portico.person', true) AS person, current_setting('portico.within', true) AS within)"
    " SELECT former.*, set_config('portico.workspace', $1, true), set_config('portico.person', $2, true),"
    " set_config('portico.within', $3, true) FROM former"
)

_NAME = "SELECT set_config('portico.workspaces', $1, true)"


def settings_of(workspace_id: UUID | None, user_id: UUID | None, scope: Scope) -> Settings:
    """The transaction's settings that row security reads."""
    return str(workspace_id or ""), str(user_id or ""), scope.setting


async def _set_scope(session: AsyncSession, settings: Settings) -> Settings:
    """Set the scope from here on, and return the former one."""
    former = (await run_sql(session, _SET, *settings)).mappings().one()
    return former["workspace"] or "", former["person"] or "", former["within"] or ""


@asynccontextmanager
async def begin_in(
    sessions: Sessions, workspace_id: UUID | None, user_id: UUID | None = None, scope: Scope = EVERYWHERE
) -> AsyncIterator[AsyncSession]:
    """A transaction in a scope."""
    async with sessions.begin() as session:
        await _set_scope(session, settings_of(workspace_id, user_id, scope))
        yield session


@asynccontextmanager
async def acting_in(
    session: AsyncSession, workspace_id: UUID | None, user_id: UUID | None = None, scope: Scope = EVERYWHERE
) -> AsyncIterator[None]:
    """Continue the transaction in another scope for a while. What waits to be written is written in its own scope.
    Without a workspace only the person's own rows are visible."""
    await session.flush()
    former = await _set_scope(session, settings_of(workspace_id, user_id, scope))
    try:
        yield
        await session.flush()
    except BaseException:
        with suppress(DBAPIError):  # a failed transaction has no scope to go back to
            await _set_scope(session, former)
        raise
    await _set_scope(session, former)


@asynccontextmanager
async def writing_in(session: AsyncSession, workspace_ids: Iterable[UUID]) -> AsyncIterator[None]:
    """Let the worker role write rows of these workspaces for a while, in tables that say so
    (`Rows.worker_writes_many`): for work on hundreds of them in a few statements."""
    await run_sql(session, _NAME, ",".join(sorted({str(id_) for id_ in workspace_ids})))
    yield
    await run_sql(session, _NAME, "")
