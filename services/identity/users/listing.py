"""The list of a workspace's users, and one of them: hot reads, without the ORM.

Whoever works here on behalf is no user of the workspace. OFFSET 0 looks people up one by one, by their key: the planner
would rather read all people of the installation.
"""

from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from services.identity.users.schemas import UserDetailRead, UserRead, UserRole, UsersQuery
from shared.errors import NotFound
from shared.lists import Listing, Search, Sort, Wanted, fetch_list
from shared.reads import ScopedReads

IS_MEMBER = "t.source IN ('membership', 'invitation')"
SHOWN = """
SELECT t.user_id::text, u.address, u.display_name, t.role, t.last_active_at, u.mail_returned_at, t.person_name,
       t.id::text
FROM ({rows}) t CROSS JOIN LATERAL (SELECT * FROM users WHERE id = t.user_id OFFSET 0) u
"""
USERS = Listing(
    table="grants",
    sorts={
        "name": Sort("person_name", "text", str, key="{} COLLATE names"),
        "last_active": Sort(
            "last_active_at", "timestamptz", datetime | None, descending=True,
            key="greatest({}, '-infinity'::timestamptz)", by_every_filter=True,
        ),
    },
    filters={"role": get_args(UserRole)},
    search=Search("grant_words", "grant_id", "word", "search_text({})", repeats=True),
    ties={"user_id": "uuid", "id": "uuid"},
    only=IS_MEMBER,
    named="t.role <> '{}'",
)  # fmt: skip
_OF_PERSON = f"SELECT t.* FROM grants t WHERE t.workspace_id = $1 AND {IS_MEMBER} AND t.user_id = $2"  # noqa: S608
_FIRST_OF_PERSON = f"{_OF_PERSON} ORDER BY t.bill_group_id NULLS FIRST, t.id LIMIT 1"
ONE_USER = f"""
SELECT t.user_id::text, u.address, u.display_name, t.role, t.last_active_at, u.mail_returned_at,
       coalesce(t.door, t.source) AS door, t.granted_at AS since, b.display_name AS let_in_by
FROM ({_FIRST_OF_PERSON}) t CROSS JOIN LATERAL (SELECT * FROM users WHERE id = t.user_id OFFSET 0) u
LEFT JOIN LATERAL (SELECT * FROM users WHERE id = t.let_in_by OFFSET 0) b ON true
"""  # noqa: S608 - constants


async def list_users(read: ScopedReads, query: UsersQuery) -> dict[str, Any]:
    """A page of the workspace's users."""
    wanted = Wanted(query, query.sort, {"role": query.role and [query.role]})
    rows, about = await fetch_list(read, USERS, wanted, SHOWN)
    return {"items": [_user(row) for row in rows], **about}


async def read_user(read: ScopedReads, user_id: UUID) -> dict[str, Any]:
    """Raises `NotFound`."""
    row = await read.fetchrow(ONE_USER, read.access.workspace_id, user_id)
    if row is None:
        raise NotFound("There is no such person.")
    return _user(row, UserDetailRead)


def _user(row: Any, shape: type[UserRead] = UserRead) -> dict[str, Any]:
    return {name: row[name] for name in shape.model_fields if name != "id"} | {"id": row["user_id"]}
