"""What people try at identity and are refused is told, in the workspace in which they tried it."""

import pytest

from tests.identity.harness import Story


@pytest.mark.rule("K14", "P31")
async def test_a_refused_invitation_is_told_where_it_was_tried(story: Story) -> None:
    asked = {"address": "new@meridian.example", "display_name": "New", "role": "regular"}

    answers = [await story.tom.ask("POST", "invitations", asked) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    [told] = await story.identity.events("attempt_refused")
    home = (await story.tom.token())["workspace"]["id"]
    assert (told["workspace_id"], told["user_id"]) == (home, str(await story.tom.user_id()))
    assert (told["operation"], told["permission"]) == ("POST /api/identity/invitations", "user.invite")
