"""An invitation is sent again, to the same person in the same role."""

from uuid import uuid4

from sqlalchemy import text

from tests.identity.harness import Story
from tests.identity.test_invitations import follow, invite, look


async def test_an_invitation_is_sent_again_to_the_same_person_in_the_same_role(story: Story) -> None:
    old = await invite(story.jonas)
    (pending,) = [i for i in (await story.jonas.get("invitations"))["items"] if i["state"] == "pending"]

    again = await story.jonas.post(f"invitations/{pending['id']}/resend")
    new = (await story.identity.mails(pending["address"]))[-1].token

    assert {name: again[name] for name in ("address", "display_name", "role", "state")} == {
        name: pending[name] for name in ("address", "display_name", "role", "state")
    }
    assert (await look(story.identity, old)).json()["state"] == "revoked"
    assert (await follow(story.identity, new)).json()["state"] == "code_sent"


async def test_an_expired_invitation_can_be_sent_again_and_a_closed_one_cannot(story: Story) -> None:
    await invite(story.jonas)
    (pending,) = [i for i in (await story.jonas.get("invitations"))["items"] if i["state"] == "pending"]
    async with story.identity.database.owner.begin() as session:
        await session.execute(text("UPDATE invitations SET state = 'expired' WHERE id = :id"), {"id": pending["id"]})

    again = await story.jonas.post(f"invitations/{pending['id']}/resend")
    await story.jonas.post(f"invitations/{again['id']}/revoke")
    closed = await story.jonas.ask("POST", f"invitations/{again['id']}/resend")
    nobodys = await story.jonas.ask("POST", f"invitations/{uuid4()}/resend")

    assert again["state"] == "pending"
    assert (closed.status_code, closed.json()["type"]) == (409, "/problems/invitation-not-pending")
    assert nobodys.status_code == 404
