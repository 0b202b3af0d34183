"""An admin changes what a person may do while that person acts: whatever happens is one of the two orders of a simple
model, and no error."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.identity.harness import Story, at_once
from tests.identity.standing import OTHERS, TOMS, Changes

PAIRS = st.tuples(st.sampled_from(sorted(OTHERS)), st.sampled_from(sorted(TOMS)))


@pytest.mark.rule("D14", "D15", "D29", "P24", "P25")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([("promote", "leave"), ("demote", "enter")] * 10)
@example([("link", "leave"), ("unlink", "enter")] * 10)
@example([("promote", "leave"), ("demote", "invite")] * 4)
@example([("link", "leave"), ("admin", "leave"), ("regular", "enter"), ("admin", "enter"), ("unlink", "invite")] * 8)
@given(pairs=st.lists(PAIRS, min_size=3, max_size=7))
async def test_two_at_once_do_what_they_do_one_after_the_other(story: Story, pairs: list[tuple[str, str]]) -> None:
    changes = Changes(story, str(await story.tom.user_id()))

    for ana, tom in [*pairs, ("unlink", "leave"), ("demote", "leave")]:
        before = await changes.seen()
        await at_once(await changes.request(ana), await changes.request(tom))
        assert await changes.seen() in (before.after(ana).after(tom), before.after(tom).after(ana)), (before, ana, tom)
        assert await story.identity.problems() == []
