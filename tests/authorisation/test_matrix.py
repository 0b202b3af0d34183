"""Each operation of each service answers each kind of caller as the permission table says."""

import pytest

from tests.authorisation.callers import CALLERS
from tests.authorisation.matrix import OPERATIONS, ROUTES, Asking
from tests.authorisation.operations import TABLE
from tests.authorisation.world import World
from tests.contracts.openapi import Operation


def test_the_table_has_every_operation_of_every_document() -> None:
    documented = {str(operation) for operation in OPERATIONS}

    assert len(documented) > 50
    assert TABLE.keys() == documented
    assert ROUTES.keys() == documented


@pytest.mark.rule("S01", "S02", "S03", "S04", "S05")
@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
async def test_everybody_is_answered_as_the_permission_table_says(operation: Operation, whole_world: World) -> None:
    answers = [answered async for answered in Asking(whole_world, operation).answers()]

    assert len(answers) >= len(CALLERS)
    assert [str(answered) for answered in answers if answered.surprise] == []
