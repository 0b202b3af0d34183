"""A person's grants, and the invitations that they have sent, compared with a simple model, under random sequences of
changes (D14, D15, D29)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.identity.harness import TOM, Story
from tests.identity.standing import OTHERS, TOMS, Changes, Standing

STEPS = st.sampled_from(sorted({*OTHERS, *TOMS, "sign_out"}))
ACCESS_EVENTS = ("access_granted", "access_changed", "access_revoked", "on_behalf_started", "on_behalf_ended")


async def do(changes: Changes, before: Standing, step: str) -> Standing:
    """Take one step, and compare what came of it with the model."""
    if step == "sign_out":
        story = changes.story
        await story.identity.http.post("/api/identity/sessions/end", json={"session": story.tom.session})
        story.tom = await story.identity.sign_in(TOM)
        expected = before.after("leave")
    else:
        person, *what = await changes.request(step)
        answer = await person.ask(*what)
        expected = before.after(step)
        if step in ("link", "enter"):
            assert answer.is_success == (expected != before)
        elif step == "invite":
            assert answer.is_success == before.may_invite
        elif step in TOMS or step in ("promote", "demote"):
            assert answer.is_success
    assert await changes.seen() == expected
    return expected


@pytest.mark.rule("D14", "D15", "D29", "S19")
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=3, max_size=8))
async def test_any_sequence_of_changes_leaves_what_the_model_says_and_counts_without_a_gap(
    story: Story, steps: list[str]
) -> None:
    changes, standing = Changes(story, str(await story.tom.user_id())), Standing()

    for step in [*steps, "unlink", "demote", "leave"]:
        standing = await do(changes, standing, step)

    tom = str(await story.tom.user_id())
    changes = [e for name in ACCESS_EVENTS for e in await story.identity.events(name) if e["user_id"] == tom]
    versions = sorted((event["from_version"], event["to_version"]) for event in changes)
    assert versions == [(n, n + 1) for n in range(len(versions))]
    assert await story.identity.problems() == []
