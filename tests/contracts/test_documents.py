"""The OpenAPI documents are valid, complete, and written for API clients."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.types import Receive, Scope, Send

from deploy.serving.apps import create_app
from docs.generate import pages
from shared.errors import NotFound, Unavailable, respond
from tests.contracts.openapi import SERVICES, Drift, Operation, document, operations
from tests.harness.documented import Documented
from tests.harness.services import SETTINGS, service_named

RULE = re.compile(r"\b[KOLPIDS]\d{1,2}\b")
ALL = [operation for service in SERVICES for operation in operations(service)]
WITHOUT_BODY = {204, 303}
NOWHERE = {"database_url": "postgresql://nowhere/x", "worker_database_url": "postgresql://nowhere/x",
           "rabbitmq_url": "amqp://nowhere"}  # fmt: skip


def texts(node: Any, at: str = "$") -> Iterator[tuple[str, str]]:
    """Every title, summary and description, with its path in the document."""
    for name, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if name in ("title", "summary", "description") and isinstance(child, str):
            yield f"{at}.{name}", child
        yield from texts(child, f"{at}.{name}")


@pytest.mark.parametrize("service", SERVICES)
def test_an_independent_validator_finds_no_error(service: str) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document(service)).iter_errors()] == []


@pytest.mark.parametrize("operation", ALL, ids=str)
def test_an_operation_documents_its_purpose_its_responses_and_its_refusals(operation: Operation) -> None:
    described = operation.described

    assert described["summary"]
    assert len(described["description"]) > 10
    assert "default" not in described["responses"]
    assert "/problems/unavailable" in operation.refusals[503]
    if operation.success in WITHOUT_BODY:
        assert "content" not in described["responses"][str(operation.success)]
    else:
        answers = described["responses"][str(operation.success)]["content"].values()
        assert answers
        assert all(answer["schema"].keys() & {"$ref", "type"} for answer in answers), "say a response_model"


@pytest.mark.parametrize("service", SERVICES)
def test_no_text_of_the_api_has_a_rules_number(service: str) -> None:
    found = list(texts(document(service)))

    assert len(found) > (10 if operations(service) else 2)
    assert [(at, text) for at, text in found if RULE.search(text)] == []


def test_no_generated_page_has_a_rules_number() -> None:
    assert {page: RULE.findall(text) for page, text in pages().items() if RULE.search(text)} == {}


@pytest.mark.parametrize("operation", ALL, ids=str)
def test_the_problems_of_a_status_are_told_apart_by_their_type(operation: Operation) -> None:
    schemas = document(operation.service)["components"]["schemas"]
    known = schemas["Problem"]["discriminator"]["mapping"]

    for status, kinds in operation.refusals.items():
        found = [schemas[known[kind].rpartition("/")[2]] for kind in kinds]
        assert [each["properties"]["status"] for each in found] == [{"const": status}] * len(kinds)
        assert [each["properties"]["type"]["const"] for each in found] == kinds
        assert sorted(set(kinds)) == kinds


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_documents_the_problems_that_its_operations_answer_with(service: str) -> None:
    mapping = document(service)["components"]["schemas"]["Problem"]["discriminator"]["mapping"]
    answered = {kind for each in operations(service) for kinds in each.refusals.values() for kind in kinds}

    assert set(mapping) == answered | {"about:blank"}
    assert ("/problems/last-admin" in mapping) == (service == "identity")


@pytest.mark.parametrize("service", SERVICES)
def test_a_running_service_serves_this_document(service: str) -> None:
    declared = service_named(service)
    app = create_app(declared, declared.settings_type(**(SETTINGS | NOWHERE)), worker=False)

    assert app.openapi() == document(service)


def test_what_a_guard_refuses_is_documented_where_it_guards_and_nowhere_else() -> None:
    refused = {str(operation): operation.refusals for operation in ALL}

    assert refused["DELETE /api/identity/contacts/{contact_id}"][403] == [
        "/problems/forbidden",
        "/problems/holders-only",
        "/problems/read-only-preview",
        "/problems/workspace-is-closed",
        "/problems/workspace-is-suspended",
    ]
    assert "/problems/workspace-is-suspended" not in refused["PATCH /api/identity/me"][403]
    assert "/problems/workspace-is-suspended" in refused["POST /api/billing/payments"][403], "on behalf"
    assert refused["GET /api/identity/contacts"][403] == ["/problems/forbidden"]
    assert refused["POST /api/identity/previews/end"][403] == ["/problems/forbidden"]
    assert refused["GET /api/identity/workspaces/current"].keys() == {401, 403, 503}
    assert refused["GET /api/identity/contacts"].keys() == {401, 403, 422, 503}
    assert refused["GET /api/identity/grants/{user_id}"].keys() == {401, 404, 422, 503}
    assert refused["GET /api/identity/keys"].keys() == {503}
    assert refused["POST /api/identity/sessions/end"].keys() == {413, 422, 503}


async def answered(status: int, document_: dict[str, Any], path: str = "/api/identity/keys") -> httpx.Response:
    """The answer of an application that answers everything with this."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await respond({"status": status, **document_})(scope, receive, send)

    async with httpx.AsyncClient(transport=Documented(app), base_url="http://identity.example") as http:
        return await http.get(path)


async def test_an_answer_that_its_operation_does_not_document_fails_the_test_that_got_it() -> None:
    away = Unavailable("The database does not answer.", retry_after=2).document()

    assert (await answered(503, away)).json() == away
    assert (await answered(418, {}, "/healthz")).status_code == 418
    for status, said in ((404, NotFound("There is none.").document()), (503, away | {"type": "/problems/not-found"}),
                         (503, away | {"retry_after": "soon"}), (500, {"type": "about:blank"})):  # fmt: skip
        with pytest.raises(Drift):
            await answered(status, said)
