"""Lists of contacts and users say since when mails to them come back (D24)."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.identity.handlers import show_whether_mails_come_back
from shared.events.notifications import AddressReleased, AddressSuppressed
from tests.identity.harness import Story

NOC = {"kind": "admin", "address": "noc@meridian.example", "display_name": "NOC", "wants_service_mail": True}


async def come_back(story: Story, kind: str, id_: Any, where: UUID) -> None:
    about = {"workspace_id": where, "recipient_kind": kind, "recipient_id": UUID(str(id_))}
    said = {"reason": "no_mailbox", "status": "5.1.1", "message_id": uuid4()}
    event = AddressSuppressed(**about, **said, occurred_at=story.identity.runtime.clock.now())
    await story.identity.hear(show_whether_mails_come_back, event)


async def are_sent_again(story: Story, kind: str, id_: Any, where: UUID) -> None:
    event = AddressReleased(workspace_id=where, recipient_kind=kind, recipient_id=UUID(str(id_)), by="staff")
    await story.identity.hear(show_whether_mails_come_back, event)


async def meridian(story: Story) -> UUID:
    return UUID(str((await story.ana.token())["workspace"]["id"]))


@pytest.mark.rule("D24")
async def test_a_contact_shows_since_when_its_mails_come_back_until_they_are_sent_again(story: Story) -> None:
    made = await story.ana.post("contacts", NOC)
    here = await meridian(story)
    await come_back(story, "admin_contact", made["id"], uuid4())
    of_another = await story.ana.get(f"contacts/{made['id']}")

    await come_back(story, "admin_contact", made["id"], here)
    returned = await story.ana.get(f"contacts/{made['id']}")
    await story.ana.ask(
        "PUT", f"contacts/{made['id']}", NOC | {"display_name": "Network", "address": "NOC@meridian.example"}
    )
    renamed = await story.ana.get(f"contacts/{made['id']}")
    await are_sent_again(story, "admin_contact", made["id"], here)

    assert made["mail_returned_at"] is None
    assert of_another["mail_returned_at"] is None, "the event is of another workspace"
    assert returned["mail_returned_at"] is not None
    assert renamed["mail_returned_at"] == returned["mail_returned_at"]
    assert (await story.ana.get(f"contacts/{made['id']}"))["mail_returned_at"] is None


@pytest.mark.rule("D24")
async def test_a_contact_with_a_new_address_gets_mails(story: Story) -> None:
    made = await story.ana.post("contacts", NOC)
    await come_back(story, "admin_contact", made["id"], await meridian(story))

    changed = await story.ana.ask("PUT", f"contacts/{made['id']}", NOC | {"address": "new@meridian.example"})

    assert changed.json()["mail_returned_at"] is None


@pytest.mark.rule("D24")
async def test_a_user_shows_it_in_every_workspace_and_a_bill_group_nowhere(story: Story) -> None:
    tom = await story.tom.user_id()
    here = await meridian(story)
    await come_back(story, "billing_contact", tom, here)
    before = {user["id"]: user["mail_returned_at"] for user in (await story.ana.get("users"))["items"]}

    await come_back(story, "user", tom, here)

    after = {user["id"]: user["mail_returned_at"] for user in (await story.ana.get("users"))["items"]}
    assert set(before.values()) == {None}
    assert [id_ for id_, since in after.items() if since] == [str(tom)]
    assert (await story.ana.get(f"users/{tom}"))["mail_returned_at"] == after[str(tom)]
    await are_sent_again(story, "user", tom, here)
    assert (await story.ana.get(f"users/{tom}"))["mail_returned_at"] is None
