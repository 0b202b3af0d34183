"""A customer that could go to another seller, in tests."""

from dataclasses import dataclass

from tests.identity.harness import Person, Story, told
from tests.identity.test_partners import add_partner

WHY = "Meridian closes at the end of June."
SUSPENDED = {"reason": "Two invoices are unpaid."}


@dataclass
class Moving:
    """Northwind, which Meridian sells to, and Alder, another partner of Larkspur with its admin Farah."""

    story: Story
    farah: Person
    alder: str
    meridian: str
    larkspur: str

    @property
    def below(self) -> str:
        return f"moves/below/{self.story.northwind}"

    async def propose(self, to: str | None = None) -> str:
        """Robin proposes the move. Returns its id."""
        answer = await self.story.robin.ask("PUT", self.below, {"to_workspace_id": to or self.alder, "reason": WHY})
        assert answer.is_success, answer.text
        return str(answer.json()["move"]["id"])

    async def consent(self, move_id: str) -> tuple[int, str]:
        return await told(self.story.jonas, "POST", f"moves/here/{move_id}/consent")

    async def move(self, to: str | None = None) -> None:
        assert await self.consent(await self.propose(to)) == (204, "")

    async def problems(self) -> list[str]:
        return await self.story.identity.problems()


async def make_moving(story: Story) -> Moving:
    farah = await add_partner(story)
    ids = [(await person.get("workspaces/current"))["id"] for person in (farah, story.ana, story.robin)]
    return Moving(story, farah, *ids)


async def names(person: Person, path: str = "customers") -> list[str]:
    return [row["display_name"] for row in (await person.get(path))["items"]]
