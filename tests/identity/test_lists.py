"""Lists are read page by page, and a page costs the same however much there is."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.identity.access_requests.schemas import AccessRequestRead, AskedRead
from services.identity.contacts.listing import list_contacts
from services.identity.contacts.schemas import ContactRead, ContactsQuery
from services.identity.customers.schemas import CustomerRead
from services.identity.invitations.listing import list_invitations
from services.identity.invitations.models import InvitationState
from services.identity.invitations.schemas import InvitationsQuery, ListedInvitationRead
from services.identity.links.endpoints import FIRST, LINKABLE, LINKS
from services.identity.links.schemas import LinkRead
from services.identity.me.schemas import MeRead, OwnWorkspaceRead
from services.identity.partners.schemas import PartnerRead
from services.identity.people.schemas import PersonRead
from services.identity.sessions.endpoints import SESSIONS
from services.identity.sessions.schemas import SessionRead
from services.identity.users.listing import ONE_USER, list_users
from services.identity.users.schemas import UserDetailRead, UserRead, UsersQuery
from services.identity.workspace_settings.schemas import WorkspaceSettingsRead
from services.identity.workspaces.schemas import WorkspaceRead
from shared.pages import CountedPage, Page
from shared.reads import ScopedReads, in_scope
from shared.scope import EVERYWHERE
from tests.harness.explaining import Explained, visiting
from tests.identity.documented import assert_documented
from tests.identity.harness import Person, Story

# Every second row belongs to Meridian.
FILL = """
INSERT INTO users (id, address, address_key, display_name, default_workspace_id, grants_version, registered_at, version)
SELECT gen_random_uuid(), n || '@many.example', n || '@many.example', 'Person ' || n, '{here}', 1, now(), 1
FROM generate_series(1, 3000) n;
INSERT INTO grants (id, user_id, workspace_id, role, source, granted_at)
SELECT gen_random_uuid(), id, (ARRAY['{here}', '{elsewhere}'])[1 + row_number() OVER () % 2]::uuid, 'regular',
  'membership', now() FROM users WHERE address LIKE '%@many.example';
INSERT INTO contacts (id, workspace_id, kind, address, display_name, wants_service_mail, is_on_file, version)
SELECT gen_random_uuid(), (ARRAY['{here}', '{elsewhere}'])[1 + n % 2]::uuid, 'technical', n || '@many.example',
  'Person ' || n, false, false, 1 FROM generate_series(1, 3000) n;
INSERT INTO invitations
  (id, workspace_id, address, address_key, display_name, role, state, invited_by, inviter, sent_at, expires_at)
SELECT gen_random_uuid(), (ARRAY['{here}', '{elsewhere}'])[1 + n % 2]::uuid, n || '@many.example', n || '@many.example',
  'Person ' || n, 'regular', 'expired', '{person}', 'Ana', now() - n * interval '1 hour', now()
FROM generate_series(1, 3000) n;
INSERT INTO sessions (id, token_digest, user_id, acting_workspace_id, created_at, last_seen_at, expires_at)
SELECT gen_random_uuid(), sha256(n::text::bytea), '{person}', '{here}', now(), now() - n * interval '1 second',
  now() + interval '1 day' FROM generate_series(1, 3000) n;
ANALYZE
"""


async def fill(story: Story) -> tuple[UUID, UUID]:
    """Very many rows in Meridian and elsewhere. Returns Meridian and Ana."""
    told = await story.ana.token()
    here, ana = UUID(told["workspace"]["id"]), UUID(told["user"]["id"])
    for statement in FILL.split(";\n"):
        filled = statement.format(here=here, elsewhere=story.northwind, person=ana)
        await story.identity.sql(filled.replace(":", "\\:"))
    return here, ana


async def walk(person: Person, path: str, limit: int, **asked: object) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    found, cursor = [], {}
    while True:
        page = await person.get(path, limit=limit, **asked, **cursor)
        found += page["items"]
        assert len(page["items"]) <= limit
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


@pytest.mark.parametrize("path", ["users", "contacts", "invitations"])
async def test_all_of_a_list_is_read_page_by_page_in_order(story: Story, path: str) -> None:
    await fill(story)

    some, more = await walk(story.ana, path, 200), await walk(story.ana, path, 149)

    assert some == more
    assert len(some) == len({each["id"] for each in some})
    assert len(some) > 1_000
    if path == "invitations":
        assert sorted(some, key=lambda each: each["sent_at"], reverse=True) == some
    elif path == "users":
        names = await story.identity.sql("SELECT display_name FROM users ORDER BY display_name COLLATE names")
        order = [row["display_name"] for row in names]
        assert sorted(some, key=lambda each: order.index(each["display_name"])) == some


async def test_people_who_can_be_linked_come_page_by_page(story: Story) -> None:
    await fill(story)
    link = await story.link_tom()

    found = await walk(story.ana, "links/linkable", 190, customer_id=story.northwind)

    expected = {user["id"] for user in await walk(story.ana, "users", 200) if user["role"] != "admin"}
    assert {person["id"] for person in found} == expected - {link["user"]["id"]}
    assert len(found) == len(expected) - 1


async def test_linked_users_come_page_by_page(story: Story) -> None:
    here, _ = await fill(story)
    await story.link_tom()
    many = """
    INSERT INTO grants (id, user_id, workspace_id, parent_workspace_id, role, source, granted_at)
    SELECT gen_random_uuid(), user_id, '{customer}', workspace_id, 'support', 'link', now() FROM grants
    WHERE workspace_id = '{here}' AND source = 'membership' AND role = 'regular' AND user_id <> '{tom}'
    """
    tom = await story.tom.user_id()
    await story.identity.sql(many.format(customer=story.northwind, here=here, tom=tom))

    some, more = [await walk(story.ana, "links", limit, customer_id=story.northwind) for limit in (200, 149)]

    assert some == more
    assert len(some) == len({each["id"] for each in some}) == 1_501
    assert await walk(story.ana, "links/linkable", 200, customer_id=story.northwind) == []


async def test_every_answer_is_as_documented(story: Story) -> None:
    await story.link_tom()
    contact = await story.ana.post("contacts", {"kind": "admin", "address": "a@b.example", "display_name": "A"})
    [meridian] = (await story.robin.get("partners"))["items"]
    tom = await story.tom.user_id()

    await story.ana.post("access-requests", {"workspace": "nobody-is-called-that"})
    await story.jonas.post("access-requests", {"workspace": "meridian-partners"})

    for shape, path, params in (
        (CountedPage[UserRead], "users", {}),
        (UserDetailRead, f"users/{tom}", {}),
        (CountedPage[ListedInvitationRead], "invitations", {}),
        (CountedPage[ContactRead], "contacts", {}),
        (ContactRead, f"contacts/{contact['id']}", {}),
        (list[SessionRead], "sessions", {}),
        (Page[LinkRead], "links", {"customer_id": story.northwind}),
        (Page[PersonRead], "links/linkable", {"customer_id": story.northwind}),
        (WorkspaceRead, "workspaces/current", {}),
        (WorkspaceSettingsRead, "workspace-settings", {}),
        (MeRead, "me", {}),
        (list[OwnWorkspaceRead], "me/workspaces", {}),
        (CountedPage[AccessRequestRead], "access-requests", {}),
        (list[AskedRead], "access-requests/own", {}),
        (CustomerRead, f"customers/{story.northwind}", {}),
    ):
        assert_documented(shape, await story.ana.get(path, **params))
    assert_documented(PartnerRead, await story.robin.get(f"partners/{meridian['id']}"))


async def test_one_of_a_list_is_what_the_list_says_of_it(story: Story) -> None:
    await story.link_tom("regular")
    [partner] = (await story.robin.get("partners"))["items"]

    assert await story.robin.get(f"partners/{partner['id']}") == partner
    for person in (story.ana, story.tom):
        [customer] = (await person.get("customers"))["items"]
        assert await person.get(f"customers/{story.northwind}") == customer
    for user in await walk(story.ana, "users", 200):
        assert user.items() <= (await story.ana.get(f"users/{user['id']}")).items()
    [contact] = await walk(story.jonas, "contacts", 200)
    assert await story.jonas.get(f"contacts/{contact['id']}") == contact


async def test_who_is_linked_to_no_customer_does_not_find_one_by_its_id(story: Story) -> None:
    hidden = await story.tom.ask("GET", f"customers/{story.northwind}")
    unknown = await story.tom.ask("GET", f"customers/{uuid4()}")

    assert hidden.status_code == unknown.status_code == 404
    assert hidden.json()["detail"] == unknown.json()["detail"]


async def test_no_list_scans_or_sorts_a_table(story: Story) -> None:
    here, ana = await fill(story)
    now, links = story.identity.runtime.clock.real_now(), (here, UUID(story.northwind), *FIRST, 51)
    pages: dict[str, tuple[object, ...]] = {
        ONE_USER: (here, ana),
        SESSIONS: (ana, uuid4(), now, now.replace(year=2000)),
        LINKS: links,
        LINKABLE: links,
    }
    for query, values in pages.items():
        scope = str(here), str(ana), "*"
        rows = await story.identity.runtime.pool.fetch(f"EXPLAIN {in_scope(query, len(values))}", *values, *scope)
        plan = "\n".join(row[0] for row in rows)
        assert not re.search("Seq Scan on (grants|users|sessions)", plan), plan
        assert not re.search(r"Bitmap|Sort Key: sessions", plan), plan


LISTS: list[tuple[int, Callable[[ScopedReads], Awaitable[dict[str, Any]]]]] = [
    *((20, partial(list_users, query=UsersQuery(limit=20, sort=sort, descending=descending, role=role)))
      for sort, descending, role in product(("name", "last_active"), (True, False), (None, "regular"))),
    (0, partial(list_users, query=UsersQuery(role="billing"))),
    *((20, partial(list_invitations, query=InvitationsQuery(limit=20, sort=sort, descending=descending, state=state)))
      for sort, descending, state in product(("sent_at", "name"), (True, False), (None, InvitationState.expired))),
    (0, partial(list_invitations, query=InvitationsQuery(state=InvitationState.pending))),
    (20, partial(list_contacts, query=ContactsQuery(limit=20))),
    (20, partial(list_contacts, query=ContactsQuery(limit=20, kind="technical", descending=True))),
    (0, partial(list_contacts, query=ContactsQuery(kind="billing"))),
]  # fmt: skip


async def test_a_page_of_a_table_goes_through_what_it_shows_alone(story: Story) -> None:
    here, _ = await fill(story)

    for shown, ask in LISTS:
        read = Explained(story.identity.runtime.pool, visiting(here, EVERYWHERE))
        page = await ask(read)

        assert len(page["items"]) == shown, ask
        assert sum(read.gone_through.values()) <= 2 * (shown + 2), (ask, read.gone_through)  # a row and its person


async def test_a_search_goes_through_a_thousand_rows_at_most(story: Story) -> None:
    here, _ = await fill(story)

    for q, *counts in (("person", 1_001), ("many example", 1_001), ("person 77", 5, 6), ("zzz", 0)):
        read = Explained(story.identity.runtime.pool, visiting(here, EVERYWHERE))
        page = await list_users(read, UsersQuery(q=q, count=True, limit=20))

        assert page["count"] in counts, q
        assert read.gone_through["grant_words"] <= 5 * (counts[0] + 2)
