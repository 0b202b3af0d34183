"""Rows of people in all tables that have something of them, and what a service tells of them."""

import importlib
import re
from collections.abc import Sequence
from itertools import count, product
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from shared.own_data import OwnRows, OwnTable
from tests.architecture.tenant_rows import insert_row
from tests.harness.databases import Database
from tests.harness.services import Caller, Running

WHOSE = re.compile(r"(\w+) = (?:\$1(?!\))|\(SELECT)")
"""A column of a condition that names the person, by their id or their address."""

TOGETHER = {
    "accepted_quotes": {"accepted_at": "now()", "accepted_name": "'Mia'", "po_number": "'1'", "state": "'accepted'"},
    "decided_orders": {"decided_at": "now()"},
    "release_files": {"state": "'removed'"},
    "access_rules": {"domain": "'northwind.example'"},
    "holder_changes": {"state": "'withdrawn'", "ended_at": "now()", "by_provider": "true", "reason": "'x'"},
    "moves": {"state": "'withdrawn'", "ended_at": "now()", "ended_by": "gen_random_uuid()"},
}
"""What has to be there where somebody is named."""


def tables_of(service: str) -> Sequence[OwnTable]:
    found: Sequence[OwnTable] = importlib.import_module(f"services.{service}.own_data.tables").TABLES
    return found


def whose(rows: OwnRows) -> list[str]:
    """The columns by which the rows are somebody's."""
    return WHOSE.findall(rows.where)


async def fill(
    database: Database, people: dict[UUID, str], workspaces: Sequence[UUID], tables: Sequence[OwnRows]
) -> None:  # fmt: skip
    """Each of the people, by the key of their address, has a row in each of the workspaces by each column that can name
    them; of what is theirs alone, one."""
    numbers = count(1)
    async with database.owner.begin() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign keys, no triggers
        for rows in tables:
            for (person, key), column, workspace in product(people.items(), whose(rows), workspaces):
                if rows.personal and workspace != workspaces[0]:
                    continue
                here = {"workspace_id": f"'{workspace}'"} if "workspace_id" in rows.table.c else {}
                here |= TOGETHER.get(rows.name, {})
                named, id_ = column, person
                if "SELECT address_key" in rows.where:
                    here |= {column: f"'{key}'"}
                    named, id_ = "id", uuid4()
                await insert_row(session, rows.table.name, named, id_, next(numbers), **here)


async def known(running: Running, *workspaces: UUID) -> None:
    """The service has copies of these workspaces."""
    async with running.database.owner.begin() as session:
        for number, id_ in enumerate(workspaces, 1):
            await insert_row(session, "workspace_copies", "id", id_, number, kind="'customer'")


async def told(caller: Caller, service: str, **query: str) -> dict[str, dict[str, Any]]:
    answer = await caller.http.get(f"/api/{service}/own-data", params=query)
    assert answer.status_code == 200, answer.text
    return {each["name"]: each for each in answer.json()["tables"]}
