"""`portico mend`: makes copies agree with their owners again, where nobody has to decide anything."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from deploy.backup.replaying import publish_what_is_missing
from deploy.cli.comparing import GRANTS, WORKSPACE, Difference, differences
from deploy.cli.ghosts import OWNED, unknown_events, unknown_ids, unknown_workspaces
from deploy.cli.running import database_of
from deploy.cli.sessions import worker_sessions
from deploy.cli.telling import tell
from deploy.environment import SERVICES, worker_url
from services.identity.customers.adopting import adopt, say_again
from shared.db import Sessions
from shared.events import Actor
from shared.events.identity import UserErased
from shared.outbox import Cause, emit, transaction

BECAUSE = "no service has sent it"
_FORGET = """
WITH gone AS (DELETE FROM access_grants WHERE user_id = ANY($1)) DELETE FROM access_versions WHERE user_id = ANY($1)
"""
_DISCARD = "UPDATE inbox SET discarded_by = 'portico mend', discarded_because = $2 WHERE event_id = ANY($1)"
_PROVIDER = "SELECT workspace_id FROM workspaces WHERE kind = 'provider'"
FIRST = ("provider", "partner", "customer")
"""Whoever is above comes first."""


async def mend() -> list[str]:
    """Mend what can be, and return what was done, in lines. What is left, `portico verify` names."""
    await tell("mend")
    found = [each async for each in differences(timedelta(seconds=60))]
    cause = Cause(Actor(), datetime.now(UTC))
    async with worker_sessions("identity") as sessions:
        lines = await _adopt(sessions, cause)
        lines += await _say_again(sessions, cause, found)
        lines += await _erase_ghosts(sessions, cause, found)
    lines += await _forget_grants(found)
    lines += await _discard_events()
    again = await publish_what_is_missing({str(service): worker_url(service) for service in SERVICES})
    return [*lines, *([f"{again} events are published again."] if again else [])]


async def _adopt(sessions: Sessions, cause: Cause) -> list[str]:
    """Workspaces that identity does not know get back what the newest copy of them says."""
    ghosts = {id_ for service in SERVICES for id_ in await unknown_workspaces(service)}
    lines = []
    for copy in await _newest_copies(ghosts):
        async with transaction(sessions, cause) as session:
            workspace = await adopt(session, copy, cause.now)
            lines.append(f"{workspace.display_name} ({workspace.account_number}) is known to identity again, and"
                         " nobody has access: invite somebody.")  # fmt: skip
    return lines


async def _newest_copies(ids: set[UUID]) -> list[Mapping[str, Any]]:
    newest: dict[UUID, Mapping[str, Any]] = {}
    for service in SERVICES:
        async with database_of(service) as database:
            for row in await database.fetch("SELECT * FROM workspace_copies WHERE id = ANY($1)", list(ids)):
                if row["id"] not in newest or newest[row["id"]]["version"] < row["version"]:
                    newest[row["id"]] = dict(row)
    return sorted(newest.values(), key=lambda copy: FIRST.index(copy["kind"]))


async def _say_again(sessions: Sessions, cause: Cause, found: Sequence[Difference]) -> list[str]:
    """Workspaces that a copy has otherwise, or not at all: identity's word counts."""
    wrong = defaultdict[UUID, int](int)
    for each in found:
        if each.what == WORKSPACE and not each.ghost:
            wrong[each.id] = max(wrong[each.id], each.version or 0)
    for workspace_id, version in wrong.items():
        async with transaction(sessions, cause) as session:
            await say_again(session, workspace_id, version)
    return [f"{len(wrong)} workspaces are told to all services again."] if wrong else []


async def _erase_ghosts(sessions: Sessions, cause: Cause, found: Sequence[Difference]) -> list[str]:
    """People whom identity does not know have no account any more: their data is forgotten as that of the erased."""
    ghosts = {each.id for each in found if each.what == GRANTS and each.ghost}
    [people] = [owned for owned in OWNED if owned.what == "person"]
    for service, copies in people.copies.items():
        ghosts |= set(await unknown_ids(service, copies, people.owner, people.known))
    async with database_of("identity") as database:
        provider = await database.fetchval(_PROVIDER)
    for user_id in sorted(ghosts):
        async with transaction(sessions, cause, workspace_id=provider) as session:
            await emit(session, UserErased(workspace_id=provider, user_id=user_id))
    return [f"{len(ghosts)} people without an account are forgotten: invite them again."] if ghosts else []


async def _forget_grants(found: Sequence[Difference]) -> list[str]:
    """Copies of grants that differ are deleted: the person's next request fetches them from identity."""
    wrong = defaultdict[str, set[UUID]](set)
    for each in found:
        if each.what == GRANTS:
            wrong[each.service].add(each.id)
    for service, ids in wrong.items():
        async with database_of(service) as database:
            await database.execute(_FORGET, list(ids))
    return [f"{service}: the grants of {len(ids)} people are fetched anew." for service, ids in wrong.items()]


async def _discard_events() -> list[str]:
    """Events that nobody has sent: what they did stays, and the inbox says that it was noticed."""
    lines = []
    for service in SERVICES:
        if ids := await unknown_events(service):
            async with database_of(service) as database:
                await database.execute(_DISCARD, ids, BECAUSE)
            lines.append(f"{service}: {len(ids)} events that no service has sent are marked as such.")
    return lines
