"""An account with its holders, in tests."""

from dataclasses import dataclass

from tests.identity.harness import Person, Story, add_customer, invite, told

MARA, EVA = "mara@northwind.example", "eva@northwind.example"
WHY = "Both holders have left the company."


@dataclass
class Account:
    """Northwind: Jonas is its primary holder, nobody its alternate. Mara is another admin, Eva reads. Robin and Lars
    are the provider's staff."""

    story: Story
    mara: Person
    eva: Person
    lars: Person

    @property
    def jonas(self) -> Person:
        return self.story.jonas

    @property
    def below(self) -> str:
        return f"holders/below/{self.story.northwind}"

    async def propose(self, slot: str, address: str, by: Person | None = None) -> str:
        """Returns the change's id."""
        answer = await (by or self.jonas).ask("PUT", f"holders/slots/{slot}", {"address": address})
        assert answer.status_code == 204, answer.text
        return await self.open_change(slot)

    async def open_change(self, slot: str) -> str:
        found = (await self.story.robin.get(self.below))["changes"]
        return str(next(each["id"] for each in found if each["slot"] == slot and each["state"] != "effective"))

    async def change(self, slot: str, address: str, to: Person, by: Person | None = None) -> str:
        """Replace a holder. Returns the change's id."""
        change_id = await self.propose(slot, address, by)
        assert await told(to, "POST", f"holders/changes/{change_id}/confirm") == (204, "")
        return change_id

    async def of_both(self) -> tuple[str | None, str | None]:
        found = await self.jonas.get("holders")
        first, second = found["primary"], found["alternate"]
        return first and first["address"], second and second["address"]

    async def pass_time(self, column: str, interval: str) -> None:
        """Let a time of all changes lie so far back."""
        await self.story.identity.sql(f"UPDATE holder_changes SET {column} = {column} - interval '{interval}'")

    async def leave_to_holders(self) -> None:
        answer = await self.jonas.ask("PUT", "holders/control", {"holder_control": True})
        assert answer.status_code == 204, answer.text


async def make_account(story: Story) -> Account:
    mara = await invite(story.jonas, MARA, "Mara", "admin")
    eva = await invite(story.jonas, EVA, "Eva", "read_only")
    lars = await invite(story.robin, "lars@larkspur.example", "Lars", "admin")
    return Account(story, mara, eva, lars)


__all__ = ["EVA", "MARA", "WHY", "Account", "add_customer", "invite", "make_account", "told"]
