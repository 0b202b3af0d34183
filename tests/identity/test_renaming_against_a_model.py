"""Renames of several workspaces compared with a simple model: who has, and had, which slug."""

import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.identity.workspaces.renaming import FORMER
from tests.identity.harness import Person, Story, add_customer
from tests.identity.test_renaming import a_year_later, opened

STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from("ABCDEFGHI"), st.sampled_from([True, True, False]))
    | st.just("a year"),
    min_size=1,
    max_size=25,
)
often = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
runs = count()


@dataclass
class Model:
    present: list[str]
    former: list[set[str]] = field(default_factory=lambda: [set(), set(), set()])

    def owner(self, slug: str) -> int | None:
        return next((who for who in range(3) if slug in self.of(who)), None)

    def of(self, who: int) -> set[str]:
        return {self.present[who], *self.former[who]}

    def renamed(self, who: int, stem: str, answered: str | None) -> None:
        """``answered`` is the slug after it; None: it was refused."""
        owner, full = self.owner(stem), len(self.former[who]) >= FORMER
        suffixed = {slug for slug in self.of(who) if re.fullmatch(f"{stem}-[0-9a-f]{{6}}", slug)}
        if owner == who or (owner is None and not full):
            assert answered == stem
        elif suffixed:
            assert answered in suffixed
        elif full:
            assert answered is None
        else:
            assert answered is not None
            assert re.fullmatch(f"{stem}-[0-9a-f]{{6}}", answered)
        if answered is not None:
            self.former[who] = (self.former[who] | {self.present[who]}) - {answered}
            self.present[who] = answered


async def rename(person: Person, name: str, *, new_url: bool) -> str | None:
    body = {"locale": "en-US", "display_name": name, "new_url": new_url}
    answer = await person.ask("PATCH", "workspace-settings", body)
    assert answer.status_code in (200, 409), answer.text
    return str(answer.json()["slug"]) if answer.is_success else None


@dataclass
class Renaming:
    """People who rename their workspaces."""

    story: Story
    people: list[Person]

    async def play(self, steps: list[Any]) -> Model:
        """The steps, with names that no other run has."""
        number = next(runs)
        model = Model([(await person.token())["workspace"]["slug"] for person in self.people])
        for step in steps:
            if step == "a year":
                await a_year_later(self.story.identity)
                model.former = [set(), set(), set()]
                continue
            who, letter, new_url = step
            answered = await rename(self.people[who], f"R{number} {letter}", new_url=new_url)
            if new_url:
                model.renamed(who, f"r{number}-{letter.lower()}", answered)
            else:
                assert answered == model.present[who]
        return model


@pytest.fixture
async def renaming(story: Story) -> Renaming:
    _, rosa = await add_customer(story.robin, "Quarry Lane", "rosa@quarrylane.example")
    return Renaming(story, [story.jonas, story.ana, rosa])


@pytest.mark.rule("K29")
@often
@given(steps=STEPS)
async def test_slugs_are_unique_among_present_and_former_ones_and_lead_to_their_workspace(
    renaming: Renaming, steps: list[Any]
) -> None:
    identity = renaming.story.identity
    await a_year_later(identity)

    model = await renaming.play(steps)

    rows = await identity.sql("SELECT slug FROM workspace_slugs WHERE slug <> 'larkspur'")
    assert sorted(row["slug"] for row in rows) == sorted(slug for who in range(3) for slug in model.of(who))
    for who, person in enumerate(renaming.people):
        for slug in model.of(who):
            assert await opened(person, slug) == model.present[who]
    assert await identity.problems() == []
