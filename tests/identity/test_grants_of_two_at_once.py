"""An admin changes what a person may do while that person acts: whatever happens is one of the two orders of a simple
model, and no error."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.identity.harness import Story

ANA = st.sampled_from(["link", "unlink", "regular", "support", "promote", "demote", "remind"])
TOM = st.sampled_from(["enter", "leave", "switch"])


@dataclass(frozen=True)
class Standing:
    """What Tom is in Meridian, by which link he may work for Northwind, and as what he is inside it."""

    role: str = "regular"
    link: str | None = None
    inside: str | None = None

    def after(self, step: str) -> "Standing":
        changes: dict[str, Any] = {}
        if step in ("promote", "demote"):
            changes = {"role": "admin" if step == "promote" else "regular"}
            changes |= {"inside": None} if (step, self.role) == ("demote", "admin") else {}
        elif step == "link":
            changes = {"link": self.link or (None if self.role == "admin" else "support")}
        elif step in ("unlink", "regular", "support") and self.link:
            new = None if step == "unlink" else step
            changes = {"link": new, "inside": self.inside and new}
        elif step == "enter":
            changes = {"inside": self.inside or ("admin" if self.role == "admin" else self.link)}
        elif step in ("leave", "switch"):
            changes = {"inside": None}
        return replace(self, **changes)


class Two:
    """Sends a request of Ana and one of Tom at the same time, and sees what came of it."""

    def __init__(self, story: Story, tom_id: str) -> None:
        self.story, self.tom_id = story, tom_id

    async def at_once(self, ana: str, tom: str) -> None:
        asked = [(self.story.ana, await self._of_ana(ana)), (self.story.tom, self._of_tom(tom))]
        tokens = [(await person.token())["access_token"] for person, _ in asked]
        sent = [person.ask(*what, token=token) for (person, what), token in zip(asked, tokens, strict=True)]
        assert max(answer.status_code for answer in await asyncio.gather(*sent)) < 500

    async def _of_ana(self, step: str) -> tuple[str, str, Any]:
        links = (await self.story.ana.get("links", customer_id=self.story.northwind))["links"]
        link = f"links/{links[0]['id']}" if links else f"links/{self.tom_id}"  # the second one is not there
        return {
            "link": ("POST", "links", {"customer_id": self.story.northwind, "user_id": self.tom_id}),
            "unlink": ("DELETE", link, None),
            "regular": ("PATCH", link, {"role": "regular"}),
            "support": ("PATCH", link, {"role": "support"}),
            "promote": ("PATCH", f"users/{self.tom_id}", {"role": "admin"}),
            "demote": ("PATCH", f"users/{self.tom_id}", {"role": "regular"}),
            "remind": ("POST", "invitations", {"address": "kim@meridian.example", "display_name": "Kim",
                                               "role": "regular"}),
        }[step]  # fmt: skip

    def _of_tom(self, step: str) -> tuple[str, str, Any]:
        return {
            "enter": ("POST", "on-behalf", {"workspace": "northwind-logistics"}),
            "leave": ("POST", "on-behalf/end", None),
            "switch": ("POST", "sessions/switch", {"workspace": "meridian"}),
        }[step]

    async def seen(self) -> Standing:
        here = await self.story.tom.token()
        users = {user["id"]: user["role"] for user in await self.story.ana.get("users")}
        links = (await self.story.ana.get("links", customer_id=self.story.northwind))["links"]
        inside = here["roles"][0] if here["via"] == "on_behalf" else None
        return Standing(users[self.tom_id], links[0]["role"] if links else None, inside)


@pytest.mark.rule("D14", "D15", "D29", "P24", "P25")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([("promote", "leave"), ("demote", "enter")] * 10)
@example([("link", "leave"), ("unlink", "enter")] * 10)
@given(pairs=st.lists(st.tuples(ANA, TOM), min_size=3, max_size=7))
async def test_two_at_once_do_what_they_do_one_after_the_other(story: Story, pairs: list[tuple[str, str]]) -> None:
    two = Two(story, str(await story.tom.user_id()))

    for ana, tom in [*pairs, ("unlink", "leave"), ("demote", "leave")]:
        before = await two.seen()
        await two.at_once(ana, tom)
        assert await two.seen() in (before.after(ana).after(tom), before.after(tom).after(ana)), (before, ana, tom)
        assert await story.identity.problems() == []
