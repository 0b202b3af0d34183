"""A person's grants compared with a simple model, under random sequences of changes (D14, D15, D29)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.identity.harness import TOM, Story

STEPS = st.sampled_from(
    ["link", "unlink", "regular", "support", "enter", "leave", "promote", "demote", "switch", "sign_out"]
)
ACCESS_EVENTS = ("access_granted", "access_changed", "access_revoked", "on_behalf_started", "on_behalf_ended")


class Model:
    """Performs actions of Ana and Tom, and keeps the expected grants of Tom."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.membership = "regular"
        self.link: str | None = None
        self.inside: str | None = None

    async def links(self) -> list[dict[str, Any]]:
        found = await self.story.ana.get("links", customer_id=self.story.northwind)
        return list(found["links"])

    async def do(self, step: str) -> None:
        ana, tom = self.story.ana, self.story.tom
        tom_id = str(await tom.user_id())
        if step == "link":
            asked = {"customer_id": self.story.northwind, "user_id": tom_id}
            answer = await ana.ask("POST", "links", asked)
            assert answer.is_success == (self.link is None and self.membership != "admin")
            self.link = "support" if answer.is_success else self.link
        elif step == "unlink" and self.link:
            await ana.ask("DELETE", f"links/{(await self.links())[0]['id']}")
            self.link = self.inside = None
        elif step in ("regular", "support") and self.link:
            await ana.ask("PATCH", f"links/{(await self.links())[0]['id']}", {"role": step})
            self.link, self.inside = step, step if self.inside else None
        elif step == "enter" and self.inside is None:
            answer = await tom.ask("POST", "on-behalf", {"workspace": "northwind-logistics"})
            may = "admin" if self.membership == "admin" else self.link
            assert answer.is_success == (may is not None)
            self.inside = may
        elif step in ("leave", "switch"):
            where = {"leave": ("on-behalf/end", None), "switch": ("sessions/switch", {"workspace": "meridian"})}
            assert (await tom.ask("POST", *where[step])).is_success
            self.inside = None
        elif step in ("promote", "demote"):
            role = "admin" if step == "promote" else "regular"
            await ana.ask("PATCH", f"users/{tom_id}", {"role": role})
            self.inside = None if (self.membership, role) == ("admin", "regular") else self.inside
            self.membership = role
        elif step == "sign_out":
            await self.story.identity.http.post("/api/identity/sessions/end", json={"session": tom.session})
            self.story.tom = await self.story.identity.sign_in(TOM)
            self.inside = None

    async def check(self) -> None:
        here = await self.story.tom.token()
        assert here["roles"] == [self.inside or self.membership]
        assert (here["via"] == "on_behalf") == (self.inside is not None)
        assert [link["role"] for link in await self.links()] == ([self.link] if self.link else [])


@pytest.mark.rule("D14", "D15", "D29", "S19")
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=3, max_size=8))
async def test_any_sequence_of_changes_leaves_what_the_model_says_and_counts_without_a_gap(
    story: Story, steps: list[str]
) -> None:
    model = Model(story)

    for step in [*steps, "unlink", "demote", "leave"]:
        await model.do(step)
        await model.check()

    tom = str(await story.tom.user_id())
    changes = [e for name in ACCESS_EVENTS for e in await story.identity.events(name) if e["user_id"] == tom]
    versions = sorted((event["from_version"], event["to_version"]) for event in changes)
    assert versions == [(n, n + 1) for n in range(len(versions))]
    assert await story.identity.problems() == []
