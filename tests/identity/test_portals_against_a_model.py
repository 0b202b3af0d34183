"""Who may sign in to a portal and who has, compared with a simple model, under random sequences of rules, sign-ins and
switches (O36, O37, O40, D13, D14)."""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.identity.harness import Person, Story
from tests.identity.portals import GroupPortal, make_portal_of

DOMAINS = ("oak.example", "elm.example")
PEOPLE = ("ada@oak.example", "ben@oak.example", "cleo@elm.example")
STEPS = st.one_of(
    st.tuples(st.sampled_from(("add", "fold in", "remove")), st.sampled_from(DOMAINS + PEOPLE)),
    st.tuples(st.just("sign in"), st.sampled_from(PEOPLE)),
    st.tuples(st.sampled_from(("close", "open")), st.just("")),
)


@dataclass
class Model:
    """``visits``: the rule by which each visitor came."""

    is_open: bool = True
    rules: set[str] = field(default_factory=set)
    visits: dict[str, str] = field(default_factory=dict)

    def rule_for(self, address: str) -> str | None:
        return next((each for each in (address, address.partition("@")[2]) if each in self.rules), None)

    def add(self, value: str, *, fold_in: bool) -> bool:
        """Whether it is accepted."""
        below = {each for each in self.rules if each.endswith(f"@{value}")}
        if self.rule_for(value) or (below and not fold_in):
            return False
        self.rules = self.rules - below | {value}
        self.visits = {who: value if rule in below else rule for who, rule in self.visits.items()}
        return True

    def remove(self, value: str) -> None:
        self.rules.discard(value)
        self.visits = {who: rule for who, rule in self.visits.items() if rule != value}

    def sign_in(self, address: str) -> bool:
        rule = self.rule_for(address) if self.is_open else None
        if rule:
            self.visits[address] = rule
        return rule is not None


@dataclass
class Compared:
    portal: GroupPortal
    model: Model = field(default_factory=Model)
    sessions: list[tuple[str, Person, bool]] = field(default_factory=list)
    """Whose browser, and whether it must still be signed in."""

    async def do(self, step: str, about: str) -> None:
        if step in ("add", "fold in"):
            answer = await self.portal.add(about, fold_in=step == "fold in")
            assert answer.is_success == self.model.add(about, fold_in=step == "fold in")
        elif step == "remove":
            for rule in await self.portal.story.ana.get(self.portal.rules):
                if rule["value"] == about:
                    assert (await self.portal.remove(rule["id"])).status_code == 204
            self.model.remove(about)
        elif step == "sign in":
            await self._sign_in(about)
        else:
            self.model.is_open = step == "open"
            self.model.visits = self.model.visits if self.model.is_open else {}
            await self.portal.set(portal_on=self.model.is_open)
        self.sessions = [(who, each, good and who in self.model.visits) for who, each, good in self.sessions]
        await self._compare()

    async def _sign_in(self, address: str) -> None:
        if not self.model.sign_in(address):
            refused = await self.portal.ask_for_mail(Person(self.portal.identity, address))
            assert refused.status_code == (202 if self.model.is_open else 409)
            if self.model.is_open:
                assert not await self.portal.is_mailed(address)
            return
        self.sessions.append((address, await self.portal.sign_in(address), True))

    async def _compare(self) -> None:
        assert set(await self.portal.listed()) == self.model.rules
        assert await self.portal.visitors() == sorted(self.model.visits)
        http = self.portal.identity.http
        for _, person, is_good in self.sessions:
            answer = await http.post("/api/identity/tokens", json={"session": person.session})
            assert answer.status_code == (200 if is_good else 401)


@pytest.mark.rule("O36", "O37", "O40", "D13", "D14")
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=5, max_size=14))
async def test_any_sequence_of_rules_and_sign_ins_leaves_what_the_model_says(
    story: Story, steps: list[tuple[str, str]]
) -> None:
    compared = Compared(await make_portal_of(story))

    for step, about in steps:
        await compared.do(step, about)

    assert await story.identity.problems() == []
