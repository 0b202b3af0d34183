"""A database that is in use still works after an upgrade."""

from tests.identity.harness import ANA, Story
from tests.identity.test_browsers import named
from tests.identity.test_invitations import look
from tests.identity.test_invitations_of_former_inviters import GUEST, enter, invite, newest, set_role
from tests.identity.test_renaming import FORMER, opened, rename, slugs
from tests.identity.test_users_and_contacts import call_somebody, found_by
from tests.identity.test_workspace_settings import MERIDIAN, NO_FACE

PREFERENCES = {"locale": "de-DE", "time_zone": "Europe/Berlin"}
BY_RIGHT = (
    "SELECT invitation_id, invited_by, invited_from, address_key, sent_at, accepted FROM invitation_secrets ORDER BY 1"
)


async def test_invitations_of_before_end_with_the_right_to_invite_too(story: Story) -> None:
    identity = story.identity
    await story.link_tom("admin")
    await enter(story.tom, "northwind-logistics")
    tokens = [await invite(story.tom), await invite(story.jonas, "own@elsewhere.example")]
    made = await story.ana.post("customers", {"display_name": "Tidewater Labs"})
    await story.ana.ask("PUT", f"customers/{made['id']}/contact", {"address": GUEST, "display_name": "Kai"})
    await enter(story.robin, "meridian-partners")
    await story.robin.post(f"customers/{made['id']}/invite", {"role": "admin"})
    tokens.append(await newest(story.robin))
    await story.robin.post("on-behalf/end")
    recorded = await identity.sql(BY_RIGHT)
    invited = await story.ana.get(f"customers/{made['id']}")

    await identity.database.downgrade("identity_0003")
    await identity.database.migrate()

    assert await identity.sql(BY_RIGHT) == recorded
    assert (await story.ana.get(f"customers/{made['id']}"))["invitation"] == invited["invitation"] is not None
    assert await identity.problems() == []
    await story.ana.ask("DELETE", f"users/{await story.tom.user_id()}")
    assert [(await look(identity, token)).json()["state"] for token in tokens] == ["revoked", "pending", "pending"]


async def test_what_somebody_sent_who_had_lost_the_right_before_ends_with_the_upgrade(story: Story) -> None:
    await set_role(story, story.tom, "admin")
    gone, kept = await invite(story.tom), await invite(story.ana, "other@elsewhere.example")
    await story.identity.database.downgrade("identity_0003")
    demoted = "UPDATE grants SET role = 'regular' WHERE user_id = (SELECT id FROM users WHERE address LIKE 'tom@%')"
    await story.identity.sql(demoted)

    await story.identity.database.migrate()

    assert [(await look(story.identity, token)).json()["state"] for token in (gone, kept)] == ["expired", "pending"]
    assert await story.identity.problems() == []


async def test_browsers_of_before_are_split_where_their_text_has_both_parts(story: Story) -> None:
    before = {
        "Mobile Safari on iOS": ("Mobile Safari on iOS", "Mobile Safari", "iOS"),
        "curl": ("curl", "curl", None),
        "an unknown browser": (None, None, None),
    }
    people = dict(zip(before, (story.ana, story.tom, story.jonas), strict=True))
    ids = {text: await person.user_id() for text, person in people.items()}
    await story.identity.database.downgrade("identity_0017")
    for text, id_ in ids.items():
        await story.identity.sql(f"UPDATE sessions SET browser = '{text}' WHERE user_id = '{id_}'")

    await story.identity.database.migrate()

    assert {text: named((await person.get("sessions"))[0]) for text, person in people.items()} == before


async def test_names_of_before_are_found_by_their_letters_as_they_are_typed(story: Story) -> None:
    await call_somebody(story, "Bjørn Æsir")
    await story.identity.database.downgrade("identity_0018")
    [before] = await story.identity.sql("SELECT search_text('Bjørn Æsir') AS compared")

    await story.identity.database.migrate()

    assert before["compared"] == "bjorn æsir"
    assert [await found_by(story, q) for q in ("aesir", "bjorn")] == [["Bjørn Æsir"] * 2] * 2
    assert await story.identity.problems() == []


async def test_customers_of_before_are_found_by_their_letters_as_they_are_typed(story: Story) -> None:
    made = await story.ana.post("customers", {"display_name": "Zürich AG"})
    await story.identity.database.downgrade("identity_0019")
    await story.identity.database.migrate()

    found = await story.ana.get("customers", q="zurich ag", status="not_connected")

    assert [row["id"] for row in found["items"]] == [made["id"]]
    assert await story.identity.problems() == []


async def test_people_and_workspaces_of_before_have_chosen_nothing_yet(story: Story) -> None:
    await story.identity.database.downgrade("identity_0011")
    await story.identity.database.migrate()

    assert (await story.ana.get("workspace-settings"), (await story.ana.get("me"))["locale"]) == (
        MERIDIAN | {"locale": "en-US"} | NO_FACE,
        None,
    )
    again = await story.identity.sign_in(ANA, **PREFERENCES)
    assert (await again.token())["preferences"] == PREFERENCES


async def test_workspaces_of_before_keep_their_urls_when_they_are_renamed(story: Story) -> None:
    await story.identity.database.downgrade("identity_0027")
    await story.identity.database.migrate()

    assert await slugs(story.identity) == {"larkspur": True, "meridian-partners": True, FORMER: True}
    await rename(story.jonas, "Northwind Freight")
    assert await opened(story.jonas, FORMER) == "northwind-freight"
    assert await story.identity.problems() == []
