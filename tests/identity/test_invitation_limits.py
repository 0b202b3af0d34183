"""How many invitations a mailbox and a workspace may have, and which names they may carry to a stranger."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from services.identity.names import DisplayName
from tests.identity.harness import IdentityHarness, Person, Story, at_once, set_up_story

STRANGER = "mara@northwind.example"
NAME = TypeAdapter(DisplayName)


def body(address: str = STRANGER, name: str = "Mara") -> dict[str, str]:
    return {"address": address, "display_name": name, "role": "member"}


async def sent(*people: Person, address: str = STRANGER) -> list[int]:
    return [(await person.ask("POST", "invitations", body(address))).status_code for person in people]


async def mails(identity: IdentityHarness, address: str = STRANGER) -> int:
    return len([mail for mail in await identity.mails(address) if mail.kind == "invitation"])


async def test_a_mailbox_gets_five_invitations_a_day_from_all_workspaces(start: Any) -> None:
    story = await set_up_story(await start(invitations_per_mailbox=5))

    first = await sent(*[story.jonas] * 3, story.ana, story.robin)
    refused = [await person.ask("POST", "invitations", body()) for person in (story.jonas, story.ana)]
    as_contact = {"address": STRANGER, "contact_name": "Mara", "display_name": "Cobalt Networks"}
    partner = await story.robin.ask("POST", "partners", as_contact)
    spelled = STRANGER.replace("mara", "Mara")
    other_spelling = await story.jonas.ask("POST", "invitations", body(spelled))

    assert first == [201] * 5
    assert await mails(story.identity) == 5
    for answer in (*refused, partner, other_spelling):
        assert answer.status_code == 409
        assert answer.json()["type"] == "/problems/not-today"
        assert answer.json() == refused[0].json(), "nobody learns who has sent the others"
    pending = (await story.jonas.get("invitations"))["items"]
    assert [each["state"] for each in pending if each["address"] == STRANGER] == ["pending", "revoked", "revoked"]
    assert await sent(story.jonas, address="another@northwind.example") == [201]
    await story.identity.sql("UPDATE invitation_secrets SET sent_at = sent_at - interval '1 day'")
    assert await sent(story.jonas) == [201]


async def test_an_accepted_invitation_does_not_count(start: Any) -> None:
    story = await set_up_story(await start(invitations_per_mailbox=2))
    assert await sent(story.jonas, story.ana) == [201, 201]

    await story.identity.accept(STRANGER)

    assert await sent(story.robin, story.ana) == [201, 409]


async def test_many_workspaces_at_once_send_no_more(start: Any) -> None:
    story = await set_up_story(await start(invitations_per_mailbox=2))

    statuses = await at_once(
        *((who, "POST", "invitations", body()) for who in (story.jonas, story.ana, story.robin) * 2)
    )

    assert sorted(statuses) == [201] * 2 + [409] * 4
    assert await mails(story.identity) == 2


async def test_a_workspace_has_a_limited_number_of_open_invitations(start: Any) -> None:
    story = await set_up_story(await start(open_invitations=3))
    guests = [f"guest{number}@northwind.example" for number in range(4)]

    first = [await sent(story.jonas, address=guest) for guest in guests]
    again = await story.jonas.ask("POST", "invitations", body(guests[0]))
    elsewhere = await sent(story.ana, address=guests[0])

    assert (first, elsewhere) == ([[201], [201], [201], [409]], [201])
    assert (again.status_code, again.json()["type"]) == (409, "/problems/too-many-open")
    pending = [each["id"] for each in (await story.jonas.get("invitations"))["items"] if each["state"] == "pending"]
    await story.jonas.post(f"invitations/{pending[0]}/revoke")
    assert await sent(story.jonas, address=guests[3]) == [409], "its mail was sent today"
    await story.identity.sql("UPDATE invitations SET sent_at = sent_at - interval '1 day'")
    assert await sent(story.jonas, address=guests[3]) == [201]
    assert await sent(story.jonas, address="late@northwind.example") == [409], "two are pending, one is of today"
    await story.identity.accept(guests[3])
    assert await sent(story.jonas, address="late@northwind.example") == [201]


async def test_at_once_a_workspace_sends_no_more_than_one_after_the_other(start: Any) -> None:
    story = await set_up_story(await start(open_invitations=2))

    statuses = await at_once(*(
        (story.jonas, "POST", "invitations", body(f"guest{number}@northwind.example")) for number in range(6)
    ))  # fmt: skip

    assert sorted(statuses) == [201] * 2 + [409] * 4


LINKS = ["http://evil.example", "Win at evil.example", "evil.example/prize", "www.evil.example", "t.co",
         "evil。example", "robin@larkspur.example", "x＠y", "bücher.example", "see ftp://x", "Mara.Lind"]  # fmt: skip
PHONES = ["call +31 20 123 4567", "0800-123-45-67", "(020) 1234567", "06 12 34 56 78", "١٢٣٤٥٦٧", "1.2.3.4.5.6.7"]


@pytest.mark.parametrize("name", [*LINKS, *PHONES])
async def test_a_name_with_a_link_or_a_phone_number_is_refused_in_words(story: Story, name: str) -> None:
    path, contact = f"customers/{story.northwind}/contact", {"kind": "admin", "address": STRANGER}
    mine = {"display_name": name}
    requests = [
        (story.jonas, "POST", "invitations", body(name=name), "display_name"),
        (story.jonas, "POST", "contacts", contact | mine, "display_name"),
        (story.ana, "POST", "customers", mine, "display_name"),
        (story.ana, "PUT", path, {"address": STRANGER} | mine, "display_name"),
        (story.robin, "POST", "partners", {"address": STRANGER, "contact_name": "Mara"} | mine, "display_name"),
        (story.robin, "POST", "partners", {"address": STRANGER, "contact_name": name, "display_name": "C"},
         "contact_name"),
    ]  # fmt: skip

    for person, method, where, sent_body, field in requests:
        answer = await person.ask(method, where, sent_body)

        assert answer.status_code == 422, where
        [error] = answer.json()["errors"]
        assert error["pointer"] == f"/{field}"
        assert error["detail"].startswith("A name cannot contain a ")
    assert await mails(story.identity) == 0


@pytest.mark.parametrize(
    "name",
    ["Mara Lind", "J.R. Hartley", "Dr. Lind", "S.p.A. Rossi", "Łódź & Söhne", "3M", "Area 51-52", "O'Neill-Smith",
     "1&1 (2026)", "Studio 100", "山田 太郎", "Northwind Logistics B.V."],
)  # fmt: skip
def test_names_of_people_and_companies_are_accepted(name: str) -> None:
    assert NAME.validate_python(name) == name


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_around_it_hides_a_link_or_a_phone_number(before: str, after: str) -> None:
    for hidden in ("evil.example", "https://x", "+31 20 123 45 67"):
        with pytest.raises(ValidationError):
            NAME.validate_python(f"{before}{hidden}{after}")
