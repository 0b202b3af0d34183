"""The chapter `hot-reads` misses no list, no read by id and no filter."""

from urllib.parse import parse_qsl

import pytest

from bench.reads import READS
from bench.statements import Executed
from bench.unmeasured import UNMEASURED
from tests.contracts.openapi import SERVICES, Operation, operations

READING = {operation.path: operation for service in SERVICES for operation in operations(service)
           if operation.method == "GET"}  # fmt: skip
ABOUT_THE_PAGE = {"cursor", "limit"}


def queries_of(path: str) -> list[dict[str, str]]:
    """The parameters of each measured request of an operation."""
    return [dict(parse_qsl(query)) for key, reads in READS.items() if key.partition("#")[0] == path
            for query in reads.queries]  # fmt: skip


def test_every_operation_that_reads_is_measured_or_says_why_not() -> None:
    measured = {key.partition("#")[0] for key in READS}

    assert measured | UNMEASURED.keys() == READING.keys()
    assert measured & UNMEASURED.keys() == set()


@pytest.mark.parametrize("operation", [one for path, one in READING.items() if path not in UNMEASURED], ids=str)
def test_every_filter_is_measured(operation: Operation) -> None:
    asked = {name for query in queries_of(operation.path) for name in query}

    assert operation.inputs("query").keys() - ABOUT_THE_PAGE <= asked


NOTICE = """duration: 0.125 ms  plan:
{"Query Text": "SELECT 1", "Plan": {"Node Type": "Limit", "Plans": [
  {"Node Type": "Seq Scan", "Relation Name": "invoices"}, {"Node Type": "Index Scan", "Relation Name": "services"}]}}"""


def test_a_notice_tells_the_time_and_what_was_read_from_end_to_end() -> None:
    assert Executed.of(NOTICE) == Executed("SELECT 1", 0.125, frozenset({"invoices"}))
    assert Executed.of("some other notice") is None
