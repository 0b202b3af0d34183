"""Reads that also note how many rows they went through."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import orjson

from shared.auth.access import Access
from shared.auth.permissions import GrantedRole
from shared.events import Via
from shared.reads import ScopedReads, in_scope
from shared.scope import Scope, settings_of


@dataclass(frozen=True)
class Explained(ScopedReads):
    """Reads that also note how many rows of each table they went through."""

    gone_through: Counter[str] = field(default_factory=Counter)

    async def fetch(self, query: str, *values: object) -> list[Any]:
        scope = settings_of(self.access.workspace_id, self.access.user_id, self.access.scope)
        explain = "EXPLAIN (ANALYZE, FORMAT JSON) " + in_scope(query, len(values))
        [plan] = orjson.loads(await self.pool.fetchval(explain, *values, *scope))
        for node in nodes(plan["Plan"]):
            if "Relation Name" in node:
                rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
                self.gone_through[node["Relation Name"]] += rows * node["Actual Loops"]
        return await super().fetch(query, *values)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def visiting(workspace_id: UUID, scope: Scope) -> Access:
    """Of an admin of a customer, within a scope."""
    return Access(uuid4(), "jonas@northwind.example", uuid4(), workspace_id, "customer", None, Via.own,
                  (GrantedRole("admin"),), False, "all", scope)  # fmt: skip
