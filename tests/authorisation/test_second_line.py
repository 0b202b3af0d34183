"""In the transaction of a request, a statement that names no scope reads the rows of the request's scope, and no
others."""

import pytest

from tests.authorisation.second_line import ASKERS, NOT_FILLED, Secured, rows_seen_wrongly, secured_tables
from tests.authorisation.world import World


@pytest.mark.rule("D5")
@pytest.mark.parametrize("secured", secured_tables(), ids=str)
async def test_row_security_alone_shows_the_rows_of_the_scope(secured: Secured, whole_world: World) -> None:
    rows = await whole_world.installation[secured.service].rows(f"SELECT 1 AS one FROM {secured.table.name}")
    wrong = {str(caller): await rows_seen_wrongly(whole_world, secured, caller) for caller in ASKERS}

    assert len(ASKERS) == 6
    assert rows or str(secured) in NOT_FILLED
    assert wrong == dict.fromkeys(wrong, (0, 0))
