"""The generated pages are up to date, and every rule that the code claims has a test."""

from docs.generate import HERE, pages
from docs.rules import claimed, proofs, rules


def test_the_generated_pages_are_not_stale() -> None:
    for name, text in pages().items():
        assert (HERE / name).read_text() == text, f"docs/{name} is stale: run `make docs`"


def test_every_rule_that_the_code_claims_has_a_test() -> None:
    assert len(rules()) > 150
    assert sorted(claimed() - proofs().keys()) == []


def test_every_mark_names_a_rule_that_exists() -> None:
    incidents = {f"S{number:02}" for number in range(1, 37)}  # of comparable products, in docs/reliability.md

    assert sorted(proofs().keys() - rules().keys() - incidents) == []
