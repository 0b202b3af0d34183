"""The portal's clients send what the services accept, and read what the services answer."""

import ast
from pathlib import Path
from types import NoneType

import httpx
import pytest
from pydantic import TypeAdapter

from services.portal.clients import Services
from shared.auth.access import PersonGrants
from tests.contracts.calls import argument_sets, calls_of, client_methods
from tests.contracts.fitting import Reader
from tests.contracts.openapi import Operation, check_answer, check_request, document, operation_at, operations
from tests.harness.services import IDENTITY, FakeIdentity

PORTAL = Path("services/portal")
METHODS = client_methods()


def misread(operation: Operation, shape: type[object]) -> list[str]:
    """Where the type does not match the operation's response."""
    schema = operation.answer_schema(operation.success, "application/json")
    assert schema is not None, f"{operation} answers nothing that could be read"
    reading = TypeAdapter(shape).json_schema(mode="validation")
    return list(Reader(document(operation.service), reading).misfits(schema, reading))


@pytest.mark.parametrize(("client", "method"), METHODS, ids=[".".join(each) for each in METHODS])
async def test_a_client_sends_what_the_service_accepts_and_reads_what_it_answers(client: str, method: str) -> None:
    for arguments in argument_sets(client, method):
        calls = await calls_of(client, method, arguments)

        assert calls, "it asks nothing"
        for call in calls:
            operation, request = call.operation, call.request
            assert check_request(operation, str(request.url), request.headers, request.content), arguments
            assert call.shape is NoneType or misread(operation, call.shape) == []


def test_pages_call_services_only_through_clients() -> None:
    outside = [path for path in PORTAL.rglob("*.py") if PORTAL / "clients" not in path.parents]
    assert len(outside) > 40
    for path in outside:
        accessed = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert "api" not in accessed, path


def test_every_client_belongs_to_a_service_and_every_service_with_pages_has_one() -> None:
    assert {client for client, _ in METHODS} == set(Services.__dataclass_fields__)
    assert all(operations(client) for client, _ in METHODS)


def test_every_problem_that_a_page_handles_by_name_exists_in_a_service() -> None:
    known = {
        kind.rpartition("/")[2].replace("-", "_")
        for client, _ in METHODS
        for kind in document(client)["components"]["schemas"]["Problem"]["discriminator"]["mapping"]
    }
    named = {name for path in PORTAL.rglob("*.py") for name in compared_kinds(path)}

    assert {"code_needed", "wrong_code", "challenge_locked", "challenge_spent"} <= named
    assert named <= known


def compared_kinds(path: Path) -> set[str]:
    """The values that ``refusal.kind`` is compared with."""
    return {
        constant.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Compare) and ast.unparse(node.left) == "refusal.kind"
        for each in node.comparators
        for constant in ast.walk(each)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }


def test_every_service_reads_a_persons_grants_as_identity_answers_them() -> None:
    [operation] = [each for each in operations("identity") if each.path == "/api/identity/grants/{user_id}"]

    assert misread(operation, PersonGrants) == []


def test_the_fake_identity_of_the_services_tests_answers_as_identity_does() -> None:
    elsewhere = FakeIdentity()
    person = PersonGrants(user_id="00000000-0000-0000-0000-000000000001", version=1, grants=[])
    elsewhere.people[person.user_id] = person

    for path in ("/api/identity/keys", f"/api/identity/grants/{person.user_id}"):
        answer = elsewhere.answer(httpx.Request("GET", IDENTITY + path))
        check_answer(operation_at("GET", path), 200, {"content-type": "application/json"}, answer.content)
