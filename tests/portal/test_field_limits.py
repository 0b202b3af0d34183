"""The limits of fields, in attributes and in words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.field_limits import Limits
from services.portal.product_fields import fields_of
from shared.language import Localisation, localised_for


@pytest.mark.rule("K7")
@pytest.mark.parametrize(
    ("about", "attributes", "words", "german"),
    [
        ({"minimum": 1, "maximum": 64}, {"min": "1", "max": "64", "step": "1"}, "From 1 to 64.", "Von 1 bis 64."),
        ({"minimum": 1, "maximum": 64, "multipleOf": 2}, {"min": "2", "max": "64", "step": "2"},
         "From 2 to 64. In steps of 2.", "Von 2 bis 64. In Schritten von 2."),
        ({"minimum": 2}, {"min": "2", "step": "1"}, "2 or more.", "2 oder mehr."),
        ({"maximum": 10_000}, {"max": "10000", "step": "1"}, "10,000 or less.", "10.000 oder weniger."),
        ({"exclusiveMinimum": 0, "exclusiveMaximum": 10}, {"min": "1", "max": "9", "step": "1"},
         "From 1 to 9.", "Von 1 bis 9."),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, {"min": "0", "max": "1", "step": "any"},
         "More than 0. Less than 1.", "Mehr als 0. Weniger als 1."),
        ({"type": "number", "minimum": 0.5, "exclusiveMaximum": 2}, {"min": "0.5", "max": "2", "step": "any"},
         "0.5 or more. Less than 2.", "0,5 oder mehr. Weniger als 2."),
        ({"type": "number", "minimum": 0, "maximum": 1, "multipleOf": 0.1}, {"min": "0", "max": "1", "step": "0.1"},
         "From 0 to 1. In steps of 0.1.", "Von 0 bis 1. In Schritten von 0,1."),
        ({"type": "number", "minimum": 0.00005}, {"min": "0.00005", "step": "any"},
         "0.00005 or more.", "0,00005 oder mehr."),
        ({}, {"step": "1"}, "", ""),
        ({"type": "string", "maxLength": 40}, {"maxlength": 40}, "At most 40 characters.", "Höchstens 40 Zeichen."),
        ({"type": "string", "minLength": 2, "maxLength": 4}, {"maxlength": 4, "minlength": 2},
         "2 to 4 characters.", "2 bis 4 Zeichen."),
        ({"type": "string", "minLength": 3, "maxLength": 3}, {"maxlength": 3, "minlength": 3},
         "Exactly 3 characters.", "Genau 3 Zeichen."),
        ({"type": "string", "minLength": 2}, {"minlength": 2}, "At least 2 characters.", "Mindestens 2 Zeichen."),
        ({"type": "string", "minLength": 1, "pattern": "^a+$"}, {"minlength": 1}, "", ""),
    ],
)  # fmt: skip
def test_a_field_says_its_limits_in_words(
    about: dict[str, Any], attributes: dict[str, Any], words: str, german: str
) -> None:
    limits = Limits.of({"type": "integer"} | about)

    assert limits.attributes == attributes
    assert " ".join(limits.words) == words
    with localised_for(Localisation("de-DE")):
        assert " ".join(limits.words) == german


def test_the_words_follow_what_the_author_says_and_choices_have_none() -> None:
    storage = {"type": "integer", "minimum": 1, "maximum": 8, "description": "Mirrored"}
    size = {"type": "integer", "enum": [1, 2], "minimum": 1, "description": "Of the rack"}

    said = [field.said for field in fields_of({"properties": {"storage": storage, "size": size}})]

    assert said == ["Mirrored. From 1 to 8.", "Of the rack."]


BOUND = st.none() | st.integers(-50, 50) | st.decimals(-50, 50, places=1).map(float)
STEP = st.none() | st.sampled_from([0.1, 0.5, 1, 2, 7])


@given(BOUND, BOUND, BOUND, BOUND, STEP, st.integers(-600, 600))
def test_a_browser_and_the_words_allow_what_the_schema_allows(
    low: float | None, high: float | None, above: float | None, below: float | None, step: float | None, tenths: int
) -> None:
    given_limits = {"minimum": low, "maximum": high, "exclusiveMinimum": above, "exclusiveMaximum": below}
    about = {name: value for name, value in given_limits.items() if value is not None}
    limits = Limits.of({"type": "number"} | about | ({"multipleOf": step} if step else {}))
    value = tenths / 10

    allowed = (
        (low is None or value >= low)
        and (high is None or value <= high)
        and (above is None or value > above)
        and (below is None or value < below)
        and (step is None or tenths % round(step * 10) == 0)
    )

    said = (
        (limits.low is None or value >= float(limits.low))
        and (limits.high is None or value <= float(limits.high))
        and (limits.above is None or value > float(limits.above))
        and (limits.below is None or value < float(limits.below))
        and (step is None or tenths % round(step * 10) == 0)
    )
    assert said == allowed
