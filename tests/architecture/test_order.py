"""The order of the tests: what it names is there, or it would silently order nothing."""

from deploy.environment import ROOT
from tests.harness.order import IN_ONE_PROCESS, LONGEST, Scheduling


def test_what_the_order_names_is_there() -> None:
    assert [path for path in (*LONGEST, *IN_ONE_PROCESS) if not (ROOT / path).exists()] == []


def test_a_folder_that_shares_its_set_up_is_run_by_one_process_and_others_file_by_file() -> None:
    def unit_of(test: str) -> str:
        return Scheduling._split_scope(Scheduling.__new__(Scheduling), test)

    assert unit_of("tests/authorisation/test_log.py::test_a") == unit_of("tests/authorisation/test_money.py::test_b")
    assert unit_of("tests/billing/test_mrr.py::test_a") == "tests/billing/test_mrr.py"
