"""Whatever is sent to an operation, by whomever: never an error of ours, and always an answer as it is documented."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contracts.openapi import SERVICES, Operation, document, operations
from tests.fuzz.served import UUID_TEXT, Served, serving

EXAMPLES = int(os.environ.get("PORTICO_FUZZ_EXAMPLES", "5"))
SEED = int(os.environ.get("PORTICO_FUZZ_SEED", "1"))
"""`make fuzz` sets both; every other run sends the same."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
          response_schema_conformance]  # fmt: skip
ALL = [operation for service in SERVICES for operation in operations(service)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Served]]:
    """``served("billing")``: that service, running until the end of this file."""
    with ExitStack() as stack:

        @cache
        def start(service: str) -> Served:
            return stack.enter_context(serving(service, tmp_path_factory.mktemp(service)))

        yield start


@cache
def api(service: str) -> Any:
    return schemathesis.openapi.from_dict(document(service))


@pytest.mark.timeout(180 + EXAMPLES * 10)
@pytest.mark.parametrize("operation", ALL, ids=str)
def test_nobody_gets_an_error_of_ours_or_an_undocumented_answer(
    operation: Operation, served: Callable[[str], Served]
) -> None:
    found, described = served(operation.service), api(operation.service)[operation.path][operation.method]

    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @hypothesis.given(case=cases(described, found))
    def send_by_everybody(case: schemathesis.Case) -> None:
        for name, headers in found.people.items():
            try:
                case.call_and_validate(base_url=found.url, headers=headers(), checks=CHECKS)
            except BaseException as failure:
                failure.add_note(f"as {name}, with PORTICO_FUZZ_SEED={SEED} PORTICO_FUZZ_EXAMPLES={EXAMPLES}")
                raise

    send_by_everybody()


@st.composite
def cases(draw: st.DrawFn, described: APIOperation, found: Served) -> schemathesis.Case:
    """What fits the document, often with ids that exist, and what does not fit."""
    fits = draw(st.integers(0, 2)) > 0
    mode = GenerationMode.POSITIVE if fits else GenerationMode.NEGATIVE
    case: schemathesis.Case = draw(described.as_strategy(generation_mode=mode))
    if fits and draw(st.booleans()):
        case.path_parameters = _existing(draw, found, case.path_parameters)
        case.query = _existing(draw, found, case.query)
        case.body = _existing(draw, found, case.body)
    return case


def _existing(draw: st.DrawFn, found: Served, value: Any, name: str = "") -> Any:
    """``value`` with ids and keys of things that are there."""
    if isinstance(value, dict):
        return {name: _existing(draw, found, member, name) for name, member in value.items()}
    if isinstance(value, list):
        return [_existing(draw, found, member) for member in value]
    if isinstance(value, str) and UUID_TEXT.fullmatch(value) and found.ids:
        return draw(st.sampled_from(found.ids))
    return draw(st.sampled_from(found.keys)) if name in ("key", "slug") and found.keys else value
