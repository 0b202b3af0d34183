"""Each operation of each service answers each kind of caller as the permission table says."""

import httpx
import pytest

from tests.authorisation.callers import CALLERS
from tests.authorisation.matrix import OPERATIONS, ROUTES, Asked, Asking
from tests.authorisation.operations import TABLE
from tests.authorisation.world import World, contents
from tests.contracts.openapi import Operation, check_answer


def test_the_table_has_every_operation_of_every_document() -> None:
    documented = {str(operation) for operation in OPERATIONS}

    assert len(documented) > 50
    assert TABLE.keys() == documented
    assert ROUTES.keys() == documented


@pytest.mark.rule("S01", "S02", "S03", "S04", "S05")
@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
async def test_everybody_is_answered_as_the_permission_table_says(operation: Operation, asked: Asked) -> None:
    answers = await asked.by_everybody(operation)

    assert len(answers) >= len(CALLERS)
    assert [str(answered) for answered in answers if answered.surprise] == []
    for response in (answered.response for answered in answers):
        check_answer(operation, response.status_code, response.headers, response.content)


async def test_an_id_of_another_tenant_is_found_in_any_answer(whole_world: World) -> None:
    ids, tenants = whole_world.tree.ids, whole_world.tenants
    orders = {row.workspace_id: row.id for row in whole_world.rows["orders"]}
    own, sibling = orders[ids["northwind"]], orders[ids["harbour"]]
    answer = httpx.Response(200, text=f'{{"own": "{own}", "sibling": "{sibling}", "parent": "{ids["meridian"]}"}}')

    assert tenants.strangers_in(answer, ids["northwind"], None) == {sibling}
    assert tenants.strangers_in(answer, ids["northwind"], sibling) == set()
    assert tenants.strangers_in(answer, ids["meridian"], None) == set()
    assert tenants.strangers_in(answer, ids["tidewater"], None) == {own, sibling, str(ids["meridian"])}


@pytest.mark.timeout(900)
async def test_an_operation_does_not_change_the_world(asked: Asked) -> None:
    """Otherwise the answers would depend on the order of the tests. It asks for what no test before it asked for."""
    before = await asked.before()
    admins = [caller for caller in CALLERS if caller.role == "admin"]
    for operation in OPERATIONS:
        if operation.method != "GET" and operation not in asked:
            assert [each async for each in Asking(asked.world, operation, admins).answers()]

    assert await contents(asked.world.installation) == before
