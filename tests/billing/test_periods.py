import itertools
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.periods import Period, cycle_date, next_period

DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
MONTHS = st.sampled_from([1, 3, 6, 12, 24])


@given(DAYS, DAYS, MONTHS)
def test_periods_follow_each_other_without_gap_or_overlap_and_are_whole_from_the_first_billing_date_on(
    anchor: date, started: date, months: int
) -> None:
    first = next_period(anchor, started, months)
    periods = [first]

    for _ in range(6):
        periods.append(next_period(anchor, periods[-1].end, months))

    assert all(before.end == after.first for before, after in itertools.pairwise(periods))
    assert 0 < first.share <= 1
    assert all(period.share == 1 for period in periods[1:])
    assert first.end - started <= timedelta(days=31) or first.share == 1


@given(DAYS, st.integers(-60, 60))
def test_a_billing_date_is_on_the_anchors_day_or_the_last_of_a_shorter_month(anchor: date, cycle: int) -> None:
    day = cycle_date(anchor, cycle)

    assert (day.year - anchor.year) * 12 + day.month - anchor.month == cycle
    assert day.day == anchor.day or (day.day < anchor.day and (day + timedelta(days=1)).day == 1)


def test_a_group_that_began_on_the_31st_keeps_the_31st() -> None:
    anchor = date(2027, 1, 31)

    ends = [next_period(anchor, cycle_date(anchor, n), 1).end for n in range(4)]

    assert ends == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31)]


@pytest.mark.rule("D20")
def test_a_service_that_joins_between_two_billing_dates_pays_for_its_days() -> None:
    anchor = date(2027, 1, 10)

    joined = next_period(anchor, date(2027, 1, 25), 1)

    assert joined == Period(date(2027, 1, 25), date(2027, 2, 10), 31)
    assert joined.share == Fraction(16, 31)
