"""The OpenAPI documents are valid, complete, and written for API clients."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from docs.generate import pages
from tests.contracts.openapi import PROBLEM, SERVICES, Operation, document, operations

RULE = re.compile(r"\b[KOLPIDS]\d{1,2}\b")
ALL = [operation for service in SERVICES for operation in operations(service)]
WITHOUT_BODY = {204, 303}


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
    assert described["responses"]["default"]["content"].keys() == {PROBLEM}
    if operation.success in WITHOUT_BODY:
        assert "content" not in described["responses"][str(operation.success)]
    else:
        [answer] = described["responses"][str(operation.success)]["content"].values()
        assert answer["schema"].keys() & {"$ref", "type"}, "say a response_model"


@pytest.mark.parametrize("service", SERVICES)
def test_no_text_of_the_api_has_a_rules_number(service: str) -> None:
    found = list(texts(document(service)))

    assert len(found) > 10
    assert [(at, text) for at, text in found if RULE.search(text)] == []


def test_no_generated_page_has_a_rules_number() -> None:
    assert {page: RULE.findall(text) for page, text in pages().items() if RULE.search(text)} == {}


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_documents_the_shared_problems_and_its_own(service: str) -> None:
    mapping = document(service)["components"]["schemas"]["Problem"]["discriminator"]["mapping"]

    assert {"/problems/not-found", "/problems/invalid", "about:blank"} <= set(mapping)
    assert ("/problems/last-admin" in mapping) == (service == "identity")
