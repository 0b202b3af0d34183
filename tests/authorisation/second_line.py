"""Row security, the second line of defence: what a request's transaction can read if no query names a scope."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from deploy.migrating.rights import declared, tables_of
from shared.auth.routes import Allow
from shared.tables import Kind
from tests.authorisation.callers import CALLERS, Caller
from tests.authorisation.expectation import Expected, decide
from tests.authorisation.matrix import GUARDS, ROUTES
from tests.authorisation.world import World
from tests.contracts.openapi import SERVICES, Operation, operations

VISIBLE = {
    Kind.workspace: "workspace_id = :workspace",
    Kind.parent_readable: ":workspace IN (workspace_id, parent_workspace_id)",
    Kind.person: "user_id = :person",
}
ALSO_VISIBLE = {
    "identity.workspaces": """workspace_id IN (SELECT workspace_id FROM grants
        WHERE user_id = :person AND source IN ('membership', 'invitation',
        'location_invitation'))""",  # between which a person may switch
    "identity.workspace_slugs": """workspace_id IN (SELECT workspace_id FROM workspaces
        WHERE :workspace IN (workspace_id, parent_workspace_id) OR workspace_id IN (SELECT workspace_id FROM grants
            WHERE user_id = :person AND source IN ('membership', 'invitation',
            'location_invitation')))""",  # under which it is looked for
    "notifications.campaigns": """id IN (SELECT thing_id FROM notices
        WHERE user_id = :person)""",  # news that they were sent
    "identity.access_requests": "user_id = :person",
    "identity.locations": "location_id IN (SELECT location_id FROM grants WHERE user_id = :person)",
    "identity.bill_groups": "bill_group_id IN (SELECT bill_group_id FROM grants WHERE user_id = :person)",
    "notifications.suppressions": "recipient_kind = 'user' AND recipient_id = :person",
    "identity.grants": "user_id = :person OR parent_workspace_id = :workspace",
}
OF_THE_ORDER = "EXISTS (SELECT FROM orders o WHERE o.id = order_id AND o.bill_group_id = :bill_group)"
OF_THE_GROUP = "EXISTS (SELECT FROM services s WHERE s.id = service_id AND s.bill_group_id = :bill_group)"
WITHIN = {
    "identity.workspaces": "workspace_id = :workspace",
    "identity.moves": "state = 'proposed'",
    "provisioning.operations": OF_THE_GROUP,
    "provisioning.operation_steps": f"operation_id IN (SELECT id FROM operations WHERE {OF_THE_GROUP})",
    "provisioning.placements": "service_id IN (SELECT id FROM services WHERE bill_group_id = :bill_group)",
    "provisioning.asset_photos": OF_THE_GROUP,
    "provisioning.licence_activations": "licence_id IN (SELECT id FROM licences WHERE bill_group_id = :bill_group)",
    "provisioning.all_orders": OF_THE_ORDER,
    "provisioning.failed_work": OF_THE_GROUP,
    "provisioning.bill_groups": "id = :bill_group",
    "audit.entries": "actor_id = :person",
    **{f"{service}.refused_attempts": "user_id = :person" for service in SERVICES},
    "notifications.notices": "true",  # what they were told themselves
    "notifications.own_mails": "true",
}
"""What somebody of one bill group or location reads of tables that have no bill group. Of all others without one:
nothing."""
NOT_FILLED = {"notifications.exports"}
"""No list of that service is exported."""
ASKERS = [each for each in CALLERS if str(each) in (
    "northwind admin", "northwind billing of one first bill group", "northwind regular of one location",
    "northwind admin on behalf, from admin",
    "meridian admin", "brookside admin",
)]  # fmt: skip
"""The provider is not among them: further policies show it rows below its partners and all failed orders."""


@dataclass(frozen=True)
class Secured:
    """A table with rows of tenants, in a service that answers requests of tenants."""

    service: str
    table: Table

    def __str__(self) -> str:
        return f"{self.service}.{self.table.name}"

    def visible_to(self, caller: Caller) -> str:
        """The condition of the rows that the caller may read."""
        scope, also = VISIBLE[declared(self.table).kind], ALSO_VISIBLE.get(str(self), "false")
        if not caller.within:
            return f"({scope} OR {also})"
        limit = "location" if caller.within == "location" else "bill_group"
        within = WITHIN.get(str(self), "false").replace("bill_group_id = :bill_group", f"{limit}_id = :{limit}")
        if limit == "location":
            within = within.replace("id = :bill_group", "id IN (SELECT bill_group_id FROM locations"
                                    " WHERE location_id = :location)")  # fmt: skip
        if f"{limit}_id" in self.table.columns:
            within = f"{limit}_id = :{limit}"
        return f"({scope} AND {within} OR {also})"


def secured_tables() -> list[Secured]:
    answering = [service for service in SERVICES if all(_operation_of(service, caller) for caller in ASKERS)]
    found = [Secured(service, table) for service in answering for table in tables_of(service)]
    return [each for each in found if declared(each.table).kind in VISIBLE and "select" in declared(each.table).api]


async def rows_seen_wrongly(world: World, secured: Secured, caller: Caller) -> tuple[int, int]:
    """How many rows of the table this caller's transaction reads too many, and how many too few."""
    values = {"workspace": world.workspace_id(caller), "person": world.user_id(caller),
              "bill_group": world.bill_groups.get(caller.within), "location": world.location}  # fmt: skip
    condition = secured.visible_to(caller)
    used = {name: value for name, value in values.items() if f":{name}" in condition}
    query = f"SELECT t::text AS row FROM {secured.table.name} t"
    site = world.installation[secured.service]
    expected = {row["row"] for row in await site.rows(f"{query} WHERE {condition}", **used)}
    async with transaction_of(world, secured.service, caller) as session:
        seen = set(await session.scalars(text(query)))
    return len(seen - expected), len(expected - seen)


@asynccontextmanager
async def transaction_of(world: World, service: str, caller: Caller) -> AsyncIterator[AsyncSession]:
    """The transaction of a request that this caller may make, after its guard."""
    site = world.installation[service]
    operation = _operation_of(service, caller)
    assert operation
    headers = [(name.lower().encode(), value.encode()) for name, value in world.tokens.headers(caller).items()]
    request = Request(
        {
            "type": "http",
            "app": site.app,
            "headers": headers,
            "method": operation.method,
            "path": "/",
            "query_string": b"",
        }
    )
    request.state.correlation_id = uuid4()
    await ROUTES[str(operation)].guard(request)
    async with site.runtime.request_transaction(request) as session:
        yield session


def _operation_of(service: str, caller: Caller) -> Operation | None:
    return next((each for each in operations(service) if _is_allowed(str(each), caller)), None)


def _is_allowed(operation: str, caller: Caller) -> bool:
    guard = GUARDS[operation]
    return isinstance(guard, Allow) and decide(guard, caller, operation.partition(" ")[0]).expected == Expected.success
