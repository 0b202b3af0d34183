"""The builder of configuration schemas: what it makes is read back into the same rows."""

import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.demo.catalogue import PRODUCTS
from services.portal.products.json_places import NotJson, place_of, read_object
from services.portal.products.schema_rows import Row, read_rows, row_values, rows_of, schema_of
from services.provisioning.products.configuration_schema import check_schema

words = st.text("abc xyzäß", max_size=8).map(str.strip)
values = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=6)
whole = st.integers(-(10**6), 10**6)
numbers = whole | st.floats(-(10**6), 10**6, allow_nan=False)


def _bounds(pair: list[Any]) -> tuple[str, str]:
    low, high = sorted(pair)
    return str(low), str(high)


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    names = draw(st.lists(st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True), max_size=6, unique=True))
    return [draw(row_named(name)) for name in names]


@st.composite
def row_named(draw: st.DrawFn, name: str) -> Row:
    type_ = draw(st.sampled_from(["text", "integer", "number", "switch", "choice", "number_choice"]))
    row = Row(name, draw(words), draw(words), type_, draw(st.sampled_from(["", "true"])))
    if type_ in ("choice", "number_choice"):
        found = draw(st.lists(values if type_ == "choice" else whole.map(str), min_size=1, max_size=5, unique=True))
        titles = draw(st.lists(words, min_size=len(found), max_size=len(found)))
        row.choices = "\n".join(f"{v} | {t}" if t else v for v, t in zip(found, titles, strict=True))
        row.default = draw(st.sampled_from(["", *found]))
    elif type_ == "switch":
        row.default = draw(st.sampled_from(["", "true", "false"]))
    else:
        kinds = {"text": st.integers(0, 999), "integer": whole, "number": numbers}
        if draw(st.booleans()):
            row.minimum, row.maximum = _bounds(draw(st.lists(kinds[type_], min_size=2, max_size=2)))
        row.default = draw(words if type_ == "text" else kinds[type_].map(str))
        row.step = "" if type_ == "text" else draw(st.sampled_from(["", "5"]))
        row.pattern = draw(st.sampled_from(["", "^[a-z]+$"])) if type_ == "text" else ""
    return row


@pytest.mark.rule("K7")
@settings(max_examples=200, deadline=None)
@given(rows(), st.booleans())
def test_a_schema_of_the_builder_is_usable_and_is_read_back_into_the_same_rows(found: list[Row], closed: bool) -> None:
    schema, errors = schema_of(found, closed=closed)

    assert errors == {}
    check_schema(schema)
    assert rows_of(schema) == found
    assert read_rows(row_values(found)) == found


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.key)
def test_the_demos_products_are_shown_unless_they_have_rules(product: Any) -> None:
    schema = product.as_body()["configuration_schema"]

    assert (rows_of(schema) is None) == ("allOf" in schema)


@pytest.mark.parametrize(
    "more",
    [
        {"properties": {"a": {"type": "string", "format": "date"}}},
        {"properties": {"a": {"$ref": "#/$defs/b"}}, "$defs": {"b": {"type": "string"}}},
        {"properties": {"a": {"type": "object"}}},
        {"properties": {"a": {"enum": [1, "b"]}}},
        {"properties": {"a": {"enum": ["x | y"]}}},
        {"properties": {"a": {"type": "integer", "exclusiveMinimum": 1}}},
        {"properties": {"a": []}},
        {"required": ["not_there"]},
        {"properties": {f"f{n}": {"type": "boolean"} for n in range(41)}},
    ],
)
def test_what_the_builder_cannot_show_is_left_to_json(more: dict[str, Any]) -> None:
    assert rows_of({"type": "object"} | more) is None


@pytest.mark.parametrize("text", ["{", '{"a": NaN}', "[" * 5000, '{"a": 1,}'])
def test_what_is_no_json_is_said(text: str) -> None:
    with pytest.raises(NotJson):
        read_object(text)


def test_a_place_is_that_of_the_innermost_part_that_is_there() -> None:
    text = '{"type": "object",\n\t"properties": {\n    "a": {"enum": [1, 2]}}}'

    found = [place_of(text, path) for path in (["properties", "a", "enum"], ["properties", "a", "title"], ["none"])]

    assert [(place.line, place.column) for place in found if place] == [(3, 11), (3, 5), (1, 1)]
