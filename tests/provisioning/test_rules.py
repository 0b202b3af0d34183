"""Rules between the fields of a product, with their own sentences, and the terms of plans."""

from typing import Any
from uuid import UUID

import pytest

from services.provisioning.products.configuration import ConfigurationNotValid, check_configuration
from services.provisioning.products.configuration_schema import SchemaNotUsable, check_schema
from shared.field_errors import field_error
from tests.provisioning.harness import ProvisioningHarness, order_of, post

ORDERS, CHECKS = "/api/provisioning/orders", "/api/provisioning/order-checks"
SITES = {"enum": ["ams", "fra"]}
FIELDS = {"from": SITES, "to": SITES, "term": {"type": "integer"}, "backup": {"type": "boolean"}}
DIFFER = "From and To must differ."


def with_rules(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": FIELDS} | ({"allOf": list(rules)} if rules else {}) | more


def refusals_of(schema: dict[str, Any], configuration: dict[str, Any]) -> list[dict[str, Any]]:
    check_schema(schema)
    try:
        check_configuration(schema, configuration)
    except ConfigurationNotValid as refused:
        errors: list[dict[str, Any]] = refused.extra["errors"]
        return errors
    return []


def same_site(site: str) -> dict[str, Any]:
    return {"properties": {"from": {"const": site}, "to": {"const": site}}, "required": ["from", "to"]}


BACKUP = {"if": {"properties": {"backup": {"const": True}}, "required": ["backup"]}}
SAID = "against_a_rule"


@pytest.mark.rule("K7")
@pytest.mark.parametrize(
    ("schema", "configuration", "errors"),
    [
        (
            with_rules({"description": DIFFER, "not": {"anyOf": [same_site("ams"), same_site("fra")]}}),
            {"from": "fra", "to": "fra"},
            [("/configuration/to", SAID, DIFFER)],
        ),
        (
            with_rules(BACKUP | {"description": "A backup needs a term.", "then": {"required": ["term"]}}),
            {"backup": True},
            [("/configuration/term", SAID, "A backup needs a term.")],
        ),
        (
            with_rules(BACKUP | {"description": "No.", "then": {"properties": {"term": {"minimum": 12}}}}),
            {"backup": True, "term": 1},
            [("/configuration/term", SAID, "No.")],
        ),
        (
            with_rules(
                BACKUP
                | {
                    "description": "Outer.",
                    "then": {"properties": {"term": {"minimum": 12, "description": "A year at least."}}},
                }
            ),
            {"backup": True, "term": 1},
            [("/configuration/term", SAID, "A year at least.")],
        ),
        (
            with_rules({"$ref": "#/$defs/far"}, **{"$defs": {"far": {"description": DIFFER, "not": same_site("ams")}}}),
            {"from": "ams", "to": "ams"},
            [("/configuration/to", SAID, DIFFER)],
        ),
        (
            with_rules({"description": "One of both.", "anyOf": [{"required": ["from"]}, {"required": ["backup"]}]}),
            {"term": 1},
            [("/configuration/backup", SAID, "One of both.")],
        ),
        (
            with_rules(dependentSchemas={"backup": {"description": "With a term.", "required": ["term"]}}),
            {"backup": True},
            [("/configuration/term", SAID, "With a term.")],
        ),
        (
            with_rules(dependentRequired={"backup": ["term"]}),
            {"backup": True},
            [("/configuration/term", "required", "is needed")],
        ),
        (
            with_rules({"not": same_site("ams")}),
            {"from": "ams", "to": "ams"},
            [("/configuration/to", "does_not_fit", "does not fit the other entries")],
        ),
    ],
    ids=["not", "then", "then a limit", "the innermost", "a reference", "any of", "depends", "required", "wordless"],
)
def test_who_breaks_a_rule_reads_its_sentence_at_the_field_that_it_is_about(
    schema: dict[str, Any], configuration: dict[str, Any], errors: list[tuple[Any, ...]]
) -> None:
    assert refusals_of(schema, configuration) == [field_error(*error) for error in errors]
    assert refusals_of(schema, {"from": "ams", "to": "fra", "term": 12, "backup": True}) == []


def test_a_field_that_is_wrong_alone_says_that_and_its_hint_is_no_rule() -> None:
    to = {"type": "string", "description": "Where it ends.", "maxLength": 3}
    rule = {"description": DIFFER, "properties": {"to": {"const": "fra"}}}

    errors = refusals_of(with_rules(rule, properties={"to": to}), {"to": "Berlin"})

    assert [error["code"] for error in errors] == ["too_long"]


def test_a_sentence_is_limited() -> None:
    with pytest.raises(SchemaNotUsable):
        check_schema(with_rules({"description": "x" * 1001}))


TERMS = {"term": [12, 24], "backup": [True]}


@pytest.mark.parametrize(
    ("configuration", "fields"),
    [
        ({"term": 12, "backup": True, "from": "ams"}, []),
        ({"term": 1, "backup": True}, ["term"]),
        ({"term": 12, "backup": 1}, ["backup"]),
        ({}, ["backup", "term"]),
    ],
)
def test_a_plan_is_for_some_values_only(configuration: dict[str, Any], fields: list[str]) -> None:
    try:
        check_configuration({"type": "object"}, configuration, TERMS)
        errors: list[dict[str, Any]] = []
    except ConfigurationNotValid as refused:
        errors = refused.extra["errors"]

    assert [(error["pointer"], error["code"]) for error in errors] == [
        (f"/configuration/{name}", "not_of_plan") for name in fields
    ]


@pytest.mark.rule("K7")
async def test_an_order_at_a_plan_that_is_not_for_it_is_refused_at_the_field(provisioning: ProvisioningHarness) -> None:
    product, jonas = await provisioning.product(), await provisioning.running.caller("admin")
    yearly = str(await provisioning.plan(UUID(product["id"]), terms={"term_months": (12, 24)}))

    refused = [
        await post(jonas, path, order_of(product, plan_version_id=yearly, configuration=configuration))
        for path in (ORDERS, CHECKS)
        for configuration in ({"speed_gbps": 10, "term_months": 1}, {"speed_gbps": 10})
    ]
    fits = {"speed_gbps": 10, "term_months": 12}
    placed = await post(jonas, ORDERS, order_of(product, plan_version_id=yearly, configuration=fits))

    for answer in refused:
        assert answer.status_code == 422
        [error] = answer.json()["errors"]
        assert (error["pointer"], error["code"]) == ("/configuration/term_months", "not_of_plan")
    assert placed.status_code == 201
