"""What the lines of an offer come to, for any prices (D20)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.quotes.pricing import amounts_of, numbers_in, totals_of

PRICES = st.fixed_dictionaries({
    "recurring_minor": st.integers(0, 10**9), "one_off_minor": st.integers(0, 10**9),
    "field_prices": st.dictionaries(st.sampled_from(["cpu", "storage"]), st.integers(1, 10**5)),
})  # fmt: skip
LINES = st.lists(
    st.tuples(st.sampled_from([1, 3, 12]), PRICES, st.integers(1, 1000), st.integers(0, 500)), min_size=1, max_size=20
)
Line = tuple[int, dict[str, Any], int, int]
"""Months of the interval, prices, quantity, and the number that is charged for."""
TAX = st.sampled_from([Decimal(0), Decimal(7), Decimal("19.5"), Decimal("33.33")])


@pytest.mark.rule("D20", "I7")
@given(LINES, TAX)
def test_an_offer_is_the_sum_of_the_amounts_that_its_lines_show(lines: list[Line], tax: Decimal) -> None:
    shown = [
        (months, amounts_of(prices, {"cpu": cpu}, quantity, "EUR", tax)) for months, prices, quantity, cpu in lines
    ]

    totals = totals_of(shown, "EUR")

    for (_, prices, quantity, cpu), (_, line) in zip(lines, shown, strict=True):
        one = prices["recurring_minor"] + cpu * prices["field_prices"].get("cpu", 0)
        assert (line.unit_minor, line.net_minor) == (one, one * quantity)
        assert abs(line.tax_minor - line.net_minor * tax / 100) <= Decimal("0.5")
    assert totals.once_net_minor == sum(line.once_net_minor for _, line in shown)
    assert sum(each.net_minor for each in totals.recurring) == sum(line.net_minor for _, line in shown)
    parts = [line.net_minor + line.tax_minor + line.once_net_minor + line.once_tax_minor for _, line in shown]
    assert totals.gross_minor == sum(parts)
    assert [each.interval_months for each in totals.recurring] == sorted({months for months, _ in shown})


def test_only_whole_numbers_that_a_plan_can_charge_for_count() -> None:
    found = numbers_in({"cpu": 4, "on": True, "speed": 2.5, "debt": -1, "huge": 10**9, "name": "x"})
    assert found == {"cpu": 4}
