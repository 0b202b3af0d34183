"""The scope of a transaction has one home, and nobody but the guard and the envelope says what it is."""

import re
from pathlib import Path

import pytest

from deploy.environment import SERVICES
from tests.contracts.openapi import document
from tests.harness.services import service_named

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for folder in ("shared", "services", "deploy") for path in (ROOT / folder).rglob("*.py"))
HOMES = {"shared/scope.py", "shared/reads.py"}
KEPT = {"cause", "locks"}
"""What a transaction carries besides its scope. Settings, clocks and keys come as arguments."""


def test_only_two_modules_set_the_scope_of_a_transaction() -> None:
    setting = {str(path.relative_to(ROOT)) for path in CODE if "set_config('portico" in path.read_text()}

    assert setting == HOMES


def test_nothing_but_the_cause_and_the_locks_hangs_on_a_session() -> None:
    texts = [path.read_text() for path in CODE]
    named = {name for text in texts for name in re.findall(r'\.info\b[\[(.]\W*(?:setdefault\(|get\()?"(\w+)"', text)}

    assert named - {"rows", "version"} == KEPT  # of tables, and of OpenAPI documents


@pytest.mark.parametrize("service", [name for name in SERVICES if service_named(name).routers])
def test_no_operation_takes_its_scope_from_a_body(service: str) -> None:
    schemas = document(service)["components"]["schemas"]
    bodies = {
        media["schema"]["$ref"].rpartition("/")[2]
        for path in document(service)["paths"].values()
        for operation in path.values()
        for media in operation.get("requestBody", {}).get("content", {}).values()
        if "$ref" in media.get("schema", {})
    }

    asked = {f"{name}.{field}" for name in bodies for field in schemas[name].get("properties", {})}
    assert bodies or service in ("audit", "notifications")
    assert {name for name in asked if name.rpartition(".")[2] in ("workspace_id", "tenant_id", "scope")} == set()
