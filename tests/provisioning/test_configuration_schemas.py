"""What a product's schema may use, and that every check against it takes bounded time."""

import json
import random
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.configuration import configuration_of, described
from services.portal.forms import Form
from services.portal.product_fields import fields_of
from services.portal.viewer import Section
from services.provisioning.products.configuration import (
    MAX_TEXT,
    ConfigurationNotValid,
    ProductNotUsable,
    check_configuration,
)
from services.provisioning.products.configuration_schema import (
    FIELDS,
    PATTERNS,
    SUBSCHEMAS,
    SchemaNotUsable,
    check_schema,
)
from shared.field_errors import Code, field_error
from tests.provisioning.harness import PORT, ProvisioningHarness, post

PRODUCTS = "/api/provisioning/products"


def with_field(**about: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": about}}


def levels(count: int, each: int, last: dict[str, Any]) -> dict[str, Any]:
    """A schema whose references multiply: ``each`` of them at every level."""
    several = {f"l{n}": {"allOf": [{"$ref": f"#/$defs/l{n + 1}"}] * each} for n in range(count)}
    return {"type": "object", "$ref": "#/$defs/l0", "$defs": several | {f"l{count}": last}}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"type": "array"}, "/type"),
    ({}, "/type"),
    (with_field(type="speedy"), "/properties/a/type"),
    (with_field(type=["string", "null"]), "/properties/a/type"),
    (with_field(type=["string"], enum=["x"]), "/properties/a/type"),
    (with_field(type={}), "/properties/a/type"),
    (with_field(type="array"), "/properties/a"),
    (with_field(type="object"), "/properties/a"),
    (with_field(), "/properties/a"),
    (with_field(enum=[1, None]), "/properties/a"),
    (with_field(enum=[{"x": 1}]), "/properties/a"),
    (with_field(oneOf=[{"title": "A"}]), "/properties/a"),
    (with_field(oneOf=[{"const": 1}, {"type": "string"}]), "/properties/a"),
    (with_field(oneOf=[True]), "/properties/a/oneOf/0"),
    (with_field(oneOf={"const": 1}), "/properties/a/oneOf"),
    ({"type": "object", "properties": {"a": True}}, "/properties/a"),
    ({"type": "object", "properties": []}, "/properties"),
    ({"type": "object", "properties": 7}, "/properties"),
    ({"type": "object", "not": False}, "/not"),
    ({"type": "object", "required": "a"}, "/required"),
    (with_field(type="string", pattern="("), "/properties/a/pattern"),
    (with_field(type="string", pattern="(?=a)b"), "/properties/a/pattern"),
    (with_field(type="string", pattern=r"(a)\1"), "/properties/a/pattern"),
    (with_field(type="string", pattern="(a{1,1000}){1,1000}"), "/properties/a/pattern"),
    (with_field(type="string", pattern=7), "/properties/a/pattern"),
    (with_field(type="string", format="ipv44"), "/properties/a/format"),
    (with_field(type="string", minimun=1), "/properties/a/minimun"),
    ({"type": "object", "additionalProperties": {"pattern": "a"}}, "/additionalProperties"),
    ({"type": "object", "patternProperties": {"a": {}}}, "/patternProperties"),
    ({"type": "object", "$id": "http://catalogue.example/"}, "/$id"),
    ({"type": "object", "$dynamicRef": "#a"}, "/$dynamicRef"),
    ({"type": "object", "$ref": "http://169.254.169.254/"}, "/$ref"),
    ({"type": "object", "$ref": "#x"}, "/$ref"),
    ({"type": "object", "$ref": ["#"]}, "/$ref"),
    ({"type": "object", "$ref": "#/type/0"}, "/$ref"),
    ({"type": "object", "properties": {"a/b": {"$ref": "#/$defs/x"}}}, "/properties/a~1b/$ref"),
]


@pytest.mark.parametrize(("schema", "pointer"), REFUSED, ids=lambda value: json.dumps(value)[:60])
def test_a_schema_that_no_form_can_show_or_no_order_can_be_checked_by_is_refused_at_its_place(
    schema: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(SchemaNotUsable) as refused:
        check_schema(schema)

    assert [error["pointer"] for error in refused.value.extra["errors"]] == ["/configuration_schema" + pointer]


async def test_a_refusal_is_a_problem_at_publication_and_at_a_change(provisioning: ProvisioningHarness) -> None:
    changed = {"configuration_schema": with_field(type="string", pattern="(?=a)b")}
    await provisioning.product(**PORT)

    published = await post(provisioning.provider, PRODUCTS, PORT | changed | {"key": "other"})
    change = await provisioning.provider.http.put(f"{PRODUCTS}/port", json=changed | {"display_name": "Port"})

    for answer in (published, change):
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/schema-not-usable")
        assert answer.json()["errors"][0]["pointer"] == "/configuration_schema/properties/a/pattern"
        assert "must be a regular expression" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "$ref": "#"},
        {"type": "object", "properties": {"a": {"$ref": "#/properties/b"}, "b": {"$ref": "#/properties/a"}}},
        levels(9, 1, {}),
        levels(8, 10, {"pattern": "^([a-z0-9]+-?)+$"}),
        levels(1, PATTERNS + 1, {"pattern": "a"}),
        {"type": "object", "allOf": [{}] * SUBSCHEMAS},
        {"type": "object", "properties": {str(n): {"type": "string"} for n in range(FIELDS + 1)}},
    ],
    ids=["itself", "each other", "deep", "wide", "patterns", "many", "fields"],
)
def test_references_patterns_and_fields_have_a_budget(schema: dict[str, Any]) -> None:
    with pytest.raises(SchemaNotUsable):
        check_schema(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object"},
        levels(7, 1, {"required": ["a"]}),
        levels(2, 10, {"type": "object"}),
        with_field(type="string", pattern=r"^[\p{L}\d .'-]+$", maxLength=60, format="hostname"),
        with_field(oneOf=[{"const": 1, "title": "One"}, {"const": "x"}]),
        {**with_field(type="boolean"), "if": {"required": ["a"]}, "then": {"dependentRequired": {"a": ["b"]}}},
        {"type": "object", "properties": {"a": {"$ref": "#/$defs/x~1y"}}, "$defs": {"x/y": {"enum": ["$ref"]}}},
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_what_a_catalogue_needs_is_accepted(schema: dict[str, Any]) -> None:
    check_schema(schema)


def test_the_slowest_pattern_that_is_accepted_checks_the_longest_configuration_in_bounded_time() -> None:
    catastrophic, slow = "^([a-z0-9]+-?)+$", [f"(a|b)*a(a|b){{{480 + n}}}c" for n in range(PATTERNS - 1)]
    schema = with_field(type="string", allOf=[{"pattern": pattern} for pattern in (catastrophic, *slow)])
    check_schema(schema)
    configuration = {"a": "".join(random.Random(1).choices("ab", k=MAX_TEXT - 1)) + "_"}

    begun = time.process_time()
    with pytest.raises(ConfigurationNotValid):
        check_configuration(schema, configuration)

    assert time.process_time() - begun < 2, "seconds; a backtracking engine would take years"


@pytest.mark.parametrize("configuration", [{"a": "x" * 1001}, {"x" * 1001: 1}, {"a": {"b": ["x" * 1001]}}])
def test_a_text_that_is_longer_than_any_field_is_refused_unchecked(configuration: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationNotValid) as refused:
        check_configuration({"type": "object"}, configuration)

    assert refused.value.extra["errors"][0]["detail"] == "must have at most 1000 characters"


ENTRIES = {
    "type": "object",
    "properties": {
        "cores": {"type": "integer", "minimum": 2, "maximum": 8, "multipleOf": 2},
        "name": {"type": "string", "pattern": "^[a-z]+$", "minLength": 2, "maxLength": 4},
        "site": {"enum": ["AMS", "FRA"]},
        "speed": {"oneOf": [{"const": 1}, {"const": 10}]},
        "address": {"type": "string", "format": "ipv4"},
        "backup": {"type": "boolean"},
        "share": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    },
    "required": ["site"],
    "additionalProperties": False,
}


@pytest.mark.rule("K7")
@pytest.mark.parametrize(
    ("entry", "name", "said"),
    [
        ({"cores": 1.5}, "cores", ("not_whole", "must be a whole number", None)),
        ({"cores": 0}, "cores", ("too_small", "must be at least 2", 2)),
        ({"cores": 10}, "cores", ("too_large", "must be at most 8", 8)),
        ({"cores": 3}, "cores", ("not_a_multiple", "must be a multiple of 2", 2)),
        ({"name": 7}, "name", ("wrong_type", "must be text", None)),
        ({"name": "a"}, "name", ("too_short", "must have at least 2 characters", 2)),
        ({"name": "abcde"}, "name", ("too_long", "must have at most 4 characters", 4)),
        ({"name": "AB"}, "name", ("wrong_form", "does not have the form that is needed", None)),
        ({"site": "XXX"}, "site", ("not_a_choice", "is not one of the choices", None)),
        ({"speed": 5}, "speed", ("not_a_choice", "is not one of the choices", None)),
        ({"address": "1.2.3"}, "address", ("wrong_form", "must be an IPv4 address", None)),
        ({"backup": "yes"}, "backup", ("wrong_type", "must be true or false", None)),
        ({"share": 0}, "share", ("not_more", "must be more than 0", 0)),
        ({"share": 1}, "share", ("not_less", "must be less than 1", 1)),
        ({"free": 1}, "free", ("unknown_field", "is not a field of this product", None)),
    ],
)
def test_each_entry_that_does_not_fit_is_named_with_what_is_wrong(
    entry: dict[str, Any], name: str, said: tuple[Code, str, float | None]
) -> None:
    with pytest.raises(ConfigurationNotValid) as refused:
        check_configuration(ENTRIES, {"site": "AMS"} | entry)

    assert refused.value.extra["errors"] == [field_error(f"/configuration/{name}", *said)]


def test_a_missing_entry_is_named_and_a_combination_that_is_excluded_too() -> None:
    rule = ENTRIES | {"not": {"properties": {"site": {"const": "FRA"}}, "required": ["backup", "site"]}}

    with pytest.raises(ConfigurationNotValid) as missing:
        check_configuration(ENTRIES, {})
    with pytest.raises(ConfigurationNotValid) as combined:
        check_configuration(rule, {"site": "FRA", "backup": True})

    assert missing.value.extra["errors"] == [field_error("/configuration/site", "required", "is needed")]
    last = field_error("/configuration/backup", "does_not_fit", "does not fit the other entries")
    assert combined.value.extra["errors"] == [last]


def test_a_schema_of_earlier_days_that_cannot_be_compiled_refuses_orders_with_a_sentence() -> None:
    with pytest.raises(ProductNotUsable, match="published again"):
        check_configuration(with_field(type="string", pattern="(?=a)b"), {"a": "b"})


KEYWORDS = ["type", "properties", "$ref", "$defs", "oneOf", "allOf", "enum", "const", "pattern", "not", "a", "title",
            "required", "default", "minimum", "format", "additionalProperties"]  # fmt: skip
SMALL = st.recursive(
    st.sampled_from([None, True, 0, 1.5, "a", "string", "object", "#/$defs/a", "#", "^a+$", "(?=a)"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=4),
    max_leaves=15,
)
FIELD = st.fixed_dictionaries({"type": st.sampled_from(["string", "integer", "number", "boolean"])}) | SMALL
NAMED = st.dictionaries(st.text(max_size=3), FIELD, max_size=3)
PARTS = st.dictionaries(st.sampled_from(["properties", "$defs", "allOf", "required"]), NAMED | SMALL, max_size=3)


@given(PARTS, st.dictionaries(st.text(max_size=3), SMALL, max_size=3), st.text(max_size=4))
def test_any_schema_is_refused_or_serves_forms_and_orders(
    parts: dict[str, Any], configuration: dict[str, Any], typed: str
) -> None:
    schema = {"type": "object"} | parts
    try:
        check_schema(schema)
    except SchemaNotUsable:
        return

    fields = fields_of(schema)
    assert len(fields) == len(schema.get("properties", ()))
    entered = configuration_of(Form({field.name: typed for field in fields}), schema)
    for each in (configuration, entered):
        described(each, Section("ready", fields))
        with suppress(ConfigurationNotValid, ProductNotUsable):
            check_configuration(schema, each)
