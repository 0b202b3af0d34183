from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.money import CurrenciesDiffer, Money, round_half_up, total

MINOR = st.integers(-(10**12), 10**12)
CURRENCY = st.sampled_from(["EUR", "USD", "JPY", "KWD"])


@pytest.mark.rule("D20")
@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_rounding_is_to_the_nearest_whole_and_a_half_goes_up(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)

    rounded = round_half_up(exact)

    assert abs(rounded - exact) <= Fraction(1, 2)
    if abs(rounded - exact) == Fraction(1, 2):
        assert abs(rounded) > abs(exact)


@pytest.mark.rule("D20")
@given(MINOR, st.decimals(0, 100, places=2))
def test_a_percentage_is_what_decimal_says(minor: int, rate: Decimal) -> None:
    money = Money(minor, "EUR")

    share = money.percent(rate)

    assert share.minor == int((Decimal(minor) * rate / 100).quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.rule("D20")
@given(MINOR, MINOR, CURRENCY, CURRENCY)
def test_amounts_of_two_currencies_never_add_up(a: int, b: int, one: str, other: str) -> None:
    left, right = Money(a, one), Money(b, other)

    if one == other:
        assert left + right == Money(a + b, one) == total([left, right], one)
    else:
        with pytest.raises(CurrenciesDiffer):
            left + right
        with pytest.raises(CurrenciesDiffer):
            total([left, right], one)
