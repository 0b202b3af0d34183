"""Every service's copies of identity's data: grants, ended sessions, and the workspace tree.

They are updated by events. A person's grants have a version, which counts their changes. If a change was missed, the
person's copy is deleted, and their next request fetches it from identity (D29).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    RowMapping,
    Text,
    Uuid,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import NotYetKnown
from shared.events.identity import (
    AccessChanged,
    AccessEvent,
    AccessGranted,
    AccessRevoked,
    OnBehalfEnded,
    OnBehalfStarted,
    PreviewEnded,
    PreviewOpened,
    SessionEnded,
    WorkspaceEvent,
)
from shared.messaging.router import ServiceRouter
from shared.tables import plumbing_table

versions = plumbing_table(
    "access_versions",
    Column("user_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    api="select insert update",
    worker="select insert update delete",
)
grants = plumbing_table(
    "access_grants",
    Column("grant_id", Uuid, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("workspace_id", Uuid, nullable=False),
    Column("role", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("bill_group_id", Uuid),
    Column("location_id", Uuid),
    Column("session_id", Uuid),
    Column("holder", Text),
    api="select insert delete",  # a person's grants are fetched during their request, if the copy is behind
    worker="select insert update delete",
)
Index("ix_access_grants_user_id_workspace_id", grants.c.user_id, grants.c.workspace_id)
ended_sessions = plumbing_table(
    "access_ended_sessions",
    Column("session_id", Uuid, primary_key=True),
    Column("ended_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    api="select",
    worker="select insert delete",
)
workspaces = plumbing_table(
    "workspace_copies",
    Column("id", Uuid, primary_key=True),
    Column("parent_workspace_id", Uuid),
    Column("kind", Text, nullable=False),
    Column("slug", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("account_number", Text, nullable=False),
    Column("connected", Boolean, nullable=False),
    Column("holder_control", Boolean, nullable=False, server_default="false"),
    Column("suspended", Boolean, nullable=False, server_default="false"),
    Column("closes_at", DateTime(timezone=True)),
    Column("closed", Boolean, nullable=False, server_default="false"),
    Column("locale", Text, nullable=False, server_default="en-US"),
    Column("support_address", Text),
    Column("support_phone", Text),
    Column("support_hours", Text),
    Column("help_url", Text),
    Column("postal_lines", ARRAY(Text, as_tuple=True), nullable=False, server_default="{}"),
    Column("version", BigInteger, nullable=False),
    api="select",
    worker="select insert update",
)
Index("ix_workspace_copies_closed", workspaces.c.id, postgresql_where=workspaces.c.closed)
Index("ix_workspace_copies_provider", workspaces.c.id, postgresql_where=workspaces.c.kind == "provider")


@dataclass(frozen=True, slots=True)
class WorkspaceCopy:
    id: UUID
    parent_workspace_id: UUID | None
    kind: str
    slug: str
    display_name: str
    account_number: str
    connected: bool
    locale: str
    """The language of mails to its contacts and of its documents, with a region."""
    support_address: str | None
    """The mail address at which it helps its customers. Customers have none, and nobody has to name one."""
    support_phone: str | None
    """The telephone number at which it helps its customers."""
    support_hours: str | None
    """When support is reached, in its words."""
    help_url: str | None
    """A web site of it that helps: an https address."""
    postal_lines: tuple[str, ...]
    """Its postal address, as it is written on a letter: up to six lines, maybe none."""


_COPY = select(workspaces).where(workspaces.c.id == bindparam("workspace_id"))


async def workspace_of(session: AsyncSession, workspace_id: UUID) -> WorkspaceCopy:
    """The copy of a workspace. Raises `NotYetKnown` until its event has arrived."""
    row = (await session.execute(_COPY, {"workspace_id": workspace_id})).mappings().first()
    if row is None:
        raise NotYetKnown(f"workspace {workspace_id}")
    return copy_from(row)


def copy_from(row: RowMapping) -> WorkspaceCopy:
    return WorkspaceCopy(**{name: row[name] for name in WorkspaceCopy.__slots__})


def follow_identity(router: ServiceRouter) -> None:
    """Register the handlers that update the copies, in every service except identity."""
    changes = (AccessGranted, AccessChanged, AccessRevoked, OnBehalfStarted, OnBehalfEnded, PreviewOpened,
               PreviewEnded)  # fmt: skip
    router.on(*changes, queue="access")(follow_access)
    router.on(SessionEnded)(follow_session)
    router.project(*WorkspaceEvent.__subclasses__(), queue="workspaces")(follow_workspaces)  # each has the whole state


async def follow_access(session: AsyncSession, event: AccessEvent) -> None:
    """Apply a change of a person's grants if it is the next one. Delete the person's copy if one was missed."""
    if not await _advance(session, event):
        return
    fact = event.grant
    if isinstance(event, AccessRevoked | OnBehalfEnded | PreviewEnded):
        await session.execute(delete(grants).where(grants.c.grant_id == fact.grant_id))
        return
    added = insert(grants).values(fact.model_dump() | {"user_id": event.user_id})
    await session.execute(
        added.on_conflict_do_update(index_elements=["grant_id"], set_={"role": fact.role, "holder": fact.holder})
    )


async def _advance(session: AsyncSession, event: AccessEvent) -> bool:
    mine = versions.c.user_id == event.user_id
    moved = update(versions).where(mine, versions.c.version == event.from_version).values(version=event.to_version)
    if (await session.execute(moved.returning(versions.c.user_id))).first():
        return True
    if event.from_version == 0:
        first = insert(versions).values(user_id=event.user_id, version=event.to_version).on_conflict_do_nothing()
        if (await session.execute(first.returning(versions.c.user_id))).first():
            return True
    behind = delete(versions).where(mine, versions.c.version < event.to_version).returning(versions.c.user_id)
    if (await session.execute(behind)).first():
        await session.execute(delete(grants).where(grants.c.user_id == event.user_id))
    return False


async def follow_session(session: AsyncSession, event: SessionEnded) -> None:
    """Record that a session has ended, so that its tokens are rejected. Pruned when they have expired."""
    await session.execute(insert(ended_sessions).values(session_id=event.session_id).on_conflict_do_nothing())


_FACTS = (
    "parent_workspace_id", "kind", "slug", "display_name", "account_number", "connected", "holder_control", "suspended",
    "closes_at", "closed", "locale", "support_address", "support_phone", "support_hours", "help_url", "postal_lines",
)  # fmt: skip
# Built once, because building a statement costs more than executing it.
_seen = insert(workspaces)
_KEEP_NEWEST = _seen.on_conflict_do_update(
    index_elements=["id"], set_=dict(_seen.excluded), where=workspaces.c.version < _seen.excluded.version
)


async def follow_workspaces(session: AsyncSession, events: Sequence[WorkspaceEvent]) -> None:
    """Store the newest state of each workspace, with events in any order."""
    states = [
        {"id": event.workspace_id, "version": event.subject_version} | {name: getattr(event, name) for name in _FACTS}
        for event in events
    ]
    await session.execute(_KEEP_NEWEST, states)
