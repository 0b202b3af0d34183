"""The lists of users, contacts and invitations compared with a simple model, on generated rows: all pages together are
what was asked for, in its order."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.contacts.listing import list_contacts
from services.identity.contacts.schemas import ContactsQuery
from services.identity.invitations.listing import list_invitations
from services.identity.invitations.models import InvitationState
from services.identity.invitations.schemas import InvitationsQuery
from services.identity.users.listing import list_users
from services.identity.users.schemas import UsersQuery
from shared.reads import ScopedReads
from shared.scope import EVERYWHERE
from tests.harness.explaining import visiting
from tests.harness.lists import NAMES, QUERIES, finds, name_key, often, walk
from tests.identity.harness import IdentityHarness, Story

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
TIMES = [MONDAY + timedelta(hours=n) for n in range(3)]
EMPTIED = """
DELETE FROM grants WHERE role <> 'admin'; DELETE FROM contacts; DELETE FROM invitation_secrets; DELETE FROM invitations
"""
USER = """
INSERT INTO users (id, address, address_key, display_name, default_workspace_id, grants_version, registered_at, version)
VALUES ($1, $2, $1::uuid::text, $3, $4, 1, now(), 1)
"""
GRANT = """
INSERT INTO grants (id, user_id, workspace_id, role, source, granted_at, last_active_at)
VALUES ($1, $1, $2, $3, 'membership', now(), $4)
"""
CONTACT = """
INSERT INTO contacts (id, workspace_id, kind, address, display_name, wants_service_mail, is_on_file, version)
VALUES ($1, $2, $3, $4, $5, false, false, 1)
"""
INVITATION = """
INSERT INTO invitations
  (id, workspace_id, address, address_key, display_name, role, state, invited_by, inviter, sent_at, expires_at)
VALUES ($1, $2, $3, $1::uuid::text, $4, 'regular', $5, $6, 'Ana', $7, now())
"""


@dataclass(frozen=True)
class Row:
    """A user, a contact or an invitation."""

    name: str
    address: str
    role: str
    kind: str
    state: InvitationState
    active: datetime | None
    here: bool
    id: UUID = field(default_factory=uuid4)


ROWS = st.lists(
    st.builds(
        Row, st.sampled_from(NAMES), st.sampled_from(["port@zurich.example", "Ömer.Z@many.example", "a@b.example"]),
        st.sampled_from(["regular", "support"]), st.sampled_from(["admin", "billing"]),
        st.sampled_from(InvitationState), st.sampled_from([None, *TIMES]), st.sampled_from([True, True, True, False]),
    ),
    max_size=10,
)  # fmt: skip
TABLE = {
    "q": st.sampled_from([*QUERIES, "omer z", "many", "zurich example", "b"]),
    "descending": st.sampled_from([None, True, False]), "limit": st.integers(1, 4), "count": st.just(True),
}  # fmt: skip
USERS_QUERIES = st.builds(UsersQuery, role=st.sampled_from([None, None, "regular", "read_only"]),
                          sort=st.sampled_from(["name", "last_active"]), **TABLE)  # fmt: skip
CONTACTS_QUERIES = st.builds(ContactsQuery, kind=st.sampled_from([None, None, "admin", "technical"]), **TABLE)
INVITATIONS_QUERIES = st.builds(InvitationsQuery, state=st.sampled_from([None, *InvitationState]),
                                sort=st.sampled_from(["sent_at", "name"]), **TABLE)  # fmt: skip


@dataclass
class Workspaces:
    """A workspace whose lists are read, one elsewhere, and who invites."""

    identity: IdentityHarness
    here: UUID
    elsewhere: UUID
    ana: UUID

    @property
    def read(self) -> ScopedReads:
        return ScopedReads(self.identity.runtime.pool, visiting(self.here, EVERYWHERE))

    async def replace(self, rows: list[Row]) -> None:
        """Instead of what is there, but admins."""
        connection = await asyncpg.connect(self.identity.database.owner_url)
        await connection.execute(EMPTIED)
        for row in rows:
            workspace = self.here if row.here else self.elsewhere
            await connection.execute(USER, row.id, row.address, row.name, self.here)
            await connection.execute(GRANT, row.id, workspace, row.role, row.active)
            await connection.execute(CONTACT, row.id, workspace, row.kind, row.address, row.name)
            sent = row.active or MONDAY
            await connection.execute(INVITATION, row.id, workspace, row.address, row.name, row.state, self.ana, sent)
        await connection.close()


@pytest.fixture
async def workspaces(story: Story) -> Workspaces:
    told = await story.ana.token()
    here, ana = UUID(told["workspace"]["id"]), UUID(told["user"]["id"])
    return Workspaces(story.identity, here, UUID(story.northwind), ana)


async def walked(
    ask: Callable[..., Awaitable[dict[str, Any]]], read: ScopedReads, query: Any
) -> tuple[list[UUID], int]:
    """The ids of all pages, and their count."""
    pages = await walk(lambda cursor: ask(read, query.model_copy(update={"cursor": cursor})), query.limit)
    return [UUID(item["id"]) for page in pages for item in page["items"]], pages[0]["count"]


@pytest.mark.rule("K12")
@often
@given(rows=ROWS, query=USERS_QUERIES)
async def test_all_pages_of_users_are_those_asked_for_in_their_order(
    workspaces: Workspaces, rows: list[Row], query: UsersQuery
) -> None:
    await workspaces.replace(rows)

    found, count = await walked(list_users, workspaces.read, query)

    expected = [row for row in rows if row.here and query.role in (None, row.role)
                and finds(query.q, row.name, row.address)]  # fmt: skip
    by_time = query.sort == "last_active"
    earliest = datetime.min.replace(tzinfo=UTC)
    descending = by_time if query.descending is None else query.descending
    expected.sort(
        key=lambda row: ((row.active or earliest) if by_time else name_key(row.name), row.id), reverse=descending
    )
    known = {row.id for row in rows}
    assert [id_ for id_ in found if id_ in known] == [row.id for row in expected]
    assert count == len(found) == len(set(found))


@pytest.mark.rule("P29")
@often
@given(rows=ROWS, query=CONTACTS_QUERIES)
async def test_all_pages_of_contacts_are_those_asked_for_by_name(
    workspaces: Workspaces, rows: list[Row], query: ContactsQuery
) -> None:
    await workspaces.replace(rows)

    found, count = await walked(list_contacts, workspaces.read, query)

    expected = [row for row in rows if row.here and query.kind in (None, row.kind)
                and finds(query.q, row.name, row.address)]  # fmt: skip
    expected.sort(key=lambda row: (name_key(row.name), row.id), reverse=query.descending is True)
    assert found == [row.id for row in expected]
    assert count == len(expected)


@often
@given(rows=ROWS, query=INVITATIONS_QUERIES)
async def test_all_pages_of_invitations_are_those_asked_for_in_their_order(
    workspaces: Workspaces, rows: list[Row], query: InvitationsQuery
) -> None:
    await workspaces.replace(rows)

    found, count = await walked(list_invitations, workspaces.read, query)

    expected = [row for row in rows if row.here and query.state in (None, row.state)
                and finds(query.q, row.name, row.address)]  # fmt: skip
    by_time = query.sort == "sent_at"
    descending = by_time if query.descending is None else query.descending
    expected.sort(
        key=lambda row: ((row.active or MONDAY) if by_time else name_key(row.name), row.id), reverse=descending
    )
    assert found == [row.id for row in expected]
    assert count == len(expected)


async def test_a_person_is_found_by_their_new_name_in_every_workspace(story: Story) -> None:
    await story.jonas.ask("PATCH", "me", {"display_name": "Zoë Ångström", "locale": None, "time_zone": None})

    for q, number in (("zoe", 1), ("ANGSTROM", 1), ("jonas", 1), ("jonas north", 1), ("tom", 0)):
        assert len((await story.jonas.get("users", q=q))["items"]) == number, q


@pytest.mark.parametrize(("path", "asked"), [
    ("users", {"role": "king"}), ("users", {"sort": "age"}), ("contacts", {"kind": "pager"}),
    ("invitations", {"state": "lost"}), ("contacts", {"q": "x" * 101}),
])  # fmt: skip
async def test_what_a_list_does_not_know_is_refused_with_the_field(
    story: Story, path: str, asked: dict[str, str]
) -> None:
    answer = await story.ana.ask("GET", path, params=asked)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{name}" for name in asked]
