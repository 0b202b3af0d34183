"""Ghosts: rows of a service about something that its owner does not know, and events that nobody has sent. Databases
that were restored from different moments have some, and so has an installation in which somebody forged events."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib import import_module
from uuid import UUID

from sqlalchemy import Table

from deploy.cli.comparing import SHOWN
from deploy.cli.running import database_of
from deploy.databases import batches
from deploy.environment import SERVICES
from deploy.migrating.rights import declared, tables_of

NOT_ASKED = {"outbox", "refused_attempts", "exports", "entries", "workspaces"}
"""Tables with a ``workspace_id`` whose rows go by themselves, or whose workspaces another table has: a workspace with
entries in the log has a seal."""


PEOPLE = "SELECT user_id FROM people WHERE user_id NOT IN (SELECT user_id FROM erased_people)"
"""Of the erased an id is left."""


@dataclass(frozen=True)
class Owned:
    """What one service owns and others have copies of, with queries for the ids."""

    what: str
    owner: str
    known: str
    """Those of ``$1`` that the owner knows."""
    copies: Mapping[str, str]
    """By service."""


OWNED = (
    Owned(
        "person", "identity", "SELECT id FROM users WHERE id = ANY($1)",
        {"billing": PEOPLE, "notifications": PEOPLE},
    ),
    Owned(
        "bill group", "billing", "SELECT bill_group_id FROM bill_groups WHERE bill_group_id = ANY($1)",
        {"identity": "SELECT bill_group_id FROM bill_groups", "provisioning": "SELECT id FROM bill_groups",
         "notifications": "SELECT bill_group_id FROM bill_group_contacts"},
    ),
    Owned(
        "plan version", "billing", "SELECT id FROM plan_versions WHERE id = ANY($1)",
        {"provisioning": "SELECT id FROM plan_versions"},
    ),
    Owned(
        "location", "provisioning", "SELECT location_id FROM locations WHERE location_id = ANY($1)",
        {"identity": "SELECT location_id FROM locations"},
    ),
    Owned(
        "service", "provisioning", "SELECT id FROM services WHERE id = ANY($1)",
        {"billing": "SELECT service_id FROM subscriptions WHERE billing_started_at IS NOT NULL"},
    ),
)  # fmt: skip

_KNOWN_WORKSPACES = "SELECT workspace_id FROM workspaces WHERE workspace_id = ANY($1)"
# Outboxes keep what they have published for 7 days.
_HANDLED = """
SELECT DISTINCT event_id FROM inbox WHERE queue = ANY($1) AND discarded_by IS NULL
  AND received_at > clock_timestamp() - interval '6 days'
"""
_SENT = "SELECT event_id FROM outbox WHERE event_id = ANY($1)"


async def find_ghosts() -> list[str]:
    """One line per ghost; of each kind and service, the first ones and how many more there are."""
    lines = []
    for service in SERVICES:
        ghosts = await unknown_workspaces(service)
        lines += _lines(service, "rows of the workspace", "identity", ghosts)
        for owned in OWNED:
            if service in owned.copies:
                ghosts = await unknown_ids(service, owned.copies[service], owned.owner, owned.known)
                lines += _lines(service, f"a copy of the {owned.what}", owned.owner, ghosts)
        if events := await unknown_events(service):
            lines.append(f"{service}: has handled {len(events)} events that no service has sent, one is {events[0]}."
                         " `portico mend` says what can be done.")  # fmt: skip
    return lines


async def unknown_workspaces(service: str) -> list[UUID]:
    """Those that a service has rows of, or a copy, and that identity does not know."""
    tables = [table.name for table in tables_of(service) if "workspace_id" in table.c and _is_asked(table)]
    found = [f"SELECT DISTINCT workspace_id FROM {table} WHERE workspace_id IS NOT NULL" for table in tables]  # noqa: S608
    found.append("SELECT id FROM workspace_copies")
    return await unknown_ids(service, " UNION ".join(found), "identity", _KNOWN_WORKSPACES)


def _is_asked(table: Table) -> bool:
    return table.name not in NOT_ASKED and "select" in declared(table).worker.split()


async def unknown_events(service: str) -> list[UUID]:
    """Those that a service has handled in the last days, and that are in no outbox."""
    listeners = import_module(f"services.{service}.app").service.events.listeners
    queues = [listener.queue for listener in listeners if not listener.is_command]  # commands are not kept
    found = set[UUID]()
    async with database_of(service) as database, AsyncExitStack() as stack:
        outboxes = [await stack.enter_async_context(database_of(publisher)) for publisher in SERVICES]
        async for rows in batches(database, _HANDLED, queues):
            left = {row[0] for row in rows}
            for outbox in outboxes:
                left -= {row[0] for row in await outbox.fetch(_SENT, list(left))}
            found |= left
    return sorted(found)


async def unknown_ids(service: str, copies: str, owner: str, known: str) -> list[UUID]:
    """Those that a service has copies of, by the query ``copies``, and that their owner does not know."""
    found = set[UUID]()
    async with database_of(service) as database, database_of(owner) as owning:
        async for rows in batches(database, copies):  # read first: what the owner makes meanwhile is no ghost
            ids = {row[0] for row in rows}
            found |= ids - {row[0] for row in await owning.fetch(known, list(ids))}
    return sorted(found)


def _lines(service: str, what: str, owner: str, ghosts: list[UUID]) -> list[str]:
    lines = [f"{service}: {what} {ghost}, which {owner} does not know: a ghost." for ghost in ghosts[:SHOWN]]
    return [*lines, f"{service}: {len(ghosts) - SHOWN} more of this kind"] if len(ghosts) > SHOWN else lines
