"""The generated pages are what the code says, and every rule that the code claims is proved."""

from docs.generate import HERE, pages
from docs.rules import claimed, proofs, rules


def test_the_generated_pages_are_not_stale() -> None:
    for name, text in pages().items():
        assert (HERE / name).read_text() == text, f"docs/{name} is stale: run `make docs`"


def test_every_rule_that_the_code_claims_is_proved_by_a_test() -> None:
    assert len(rules()) > 150
    assert sorted(claimed() - proofs().keys()) == []


def test_every_mark_names_a_rule_that_exists() -> None:
    incidents = {f"S{number:02}" for number in range(1, 37)}  # of peers, in docs/reliability.md

    assert sorted(proofs().keys() - rules().keys() - incidents) == []
