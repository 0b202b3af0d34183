from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.mrr.service import mrr_of
from services.billing.subscriptions.models import Clock, Subscription

SUBSCRIPTIONS = st.lists(
    st.builds(
        Subscription,
        clock=st.sampled_from(list(Clock)),
        currency=st.sampled_from(["EUR", "USD"]),
        recurring_minor=st.integers(0, 10**9),
        quantity=st.integers(1, 1_000),
        interval_months=st.sampled_from([1, 3, 12, 36]),
    ),
    max_size=30,
)


@pytest.mark.rule("P5", "D9", "D20")
@given(SUBSCRIPTIONS)
def test_mrr_is_the_monthly_sum_and_off_by_less_than_half_a_unit_per_subscription(
    many: list[Subscription],
) -> None:
    started = [s for s in many if s.clock == Clock.started]

    mrr = mrr_of(many)

    assert mrr.keys() == {s.currency for s in started}
    for currency, minor in mrr.items():
        counted = [s for s in started if s.currency == currency]
        exact = sum(Fraction(s.recurring_minor * s.quantity, s.interval_months) for s in counted)
        assert abs(minor - exact) <= Fraction(len(counted), 2)


@pytest.mark.rule("P5")
@given(SUBSCRIPTIONS)
def test_mrr_does_not_depend_on_the_order(many: list[Subscription]) -> None:
    assert mrr_of(many) == mrr_of(list(reversed(many)))
