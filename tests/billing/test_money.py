from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from services.billing.money import CurrenciesDiffer, Currency, Money, round_half_up, total

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


@pytest.mark.rule("D20")
@pytest.mark.parametrize("currency", ["EUR", "USD", "GBP", "CHF", "JPY", "KWD", "XOF", "XCG"])
def test_a_currency_that_people_pay_with_is_one(currency: str) -> None:
    assert TypeAdapter(Currency).validate_python(currency) == currency


@pytest.mark.parametrize("currency", ["XXX", "XTS", "XAU", "XDR", "CHE", "DEM", "HRK", "ZZZ", "eur", "", "EURO"])
def test_a_code_for_none_for_tests_for_gold_or_of_a_former_currency_is_none(currency: str) -> None:
    with pytest.raises(ValidationError, match="ISO 4217"):
        TypeAdapter(Currency).validate_python(currency)
