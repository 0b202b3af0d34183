"""What the log keeps of a person, for them."""

from typing import Any
from uuid import uuid4

import pytest

from shared.events import REGISTRY, Actor, Via
from tests.audit.harness import AuditHarness, counts, user_actor
from tests.audit.test_money import done_by, keep
from tests.harness.services import Caller
from tests.own_data.filling import known, told


async def entries(caller: Caller) -> list[dict[str, Any]]:
    found = (await told(caller, "audit"))["entries"]
    assert found["more"] is False
    rows: list[dict[str, Any]] = found["rows"]
    return rows


@pytest.mark.rule("D27", "K15")
async def test_a_person_gets_what_they_did_where_they_have_access_now_and_nothing_else(run: Any) -> None:
    running = await run("audit")
    mia = await running.caller("support", address="mia@northwind.example")
    jonas = await running.caller("admin", workspace_id=mia.workspace_id, address="jonas@northwind.example")
    second, left = uuid4(), uuid4()
    await running.let_in(mia, second, "admin")
    await known(running, mia.workspace_id, second, left)
    her = user_actor(mia.user_id, mia.address)
    of_jonas = [
        counts(place, ports=8, actor=user_actor(jonas.user_id, jonas.address)) for place in (mia.workspace_id, second)
    ]
    await AuditHarness(running.database).keep(
        *(counts(mia.workspace_id, ports=1, actor=her) for _ in range(210)),  # more than a page
        counts(second, ports=2, actor=her),
        counts(left, ports=9, actor=her),
        counts(mia.workspace_id, ports=9, actor=Actor(user_id=mia.user_id, address=mia.address)),
        counts(uuid4(), ports=9, actor=user_actor(mia.user_id, mia.address, Via.on_behalf)),
        *of_jonas,
    )

    hers, his = await entries(mia), await entries(jonas)

    assert {(each["workspace_id"], each["details"]["ports"]) for each in hers} == {
        (str(mia.workspace_id), 1), (str(second), 2)
    }  # fmt: skip
    assert len(hers) == 211
    assert [each["details"]["ports"] for each in his] == [8], "an admin, who sees all entries, gets their own"


@pytest.mark.rule("D27", "P21")
@pytest.mark.parametrize(("role", "sees"), [("admin", True), ("support", False)])
async def test_there_is_money_only_where_the_persons_role_sees_it(run: Any, role: str, sees: bool) -> None:
    running = await run("audit")
    mia = await running.caller(role, address="mia@northwind.example")
    await known(running, mia.workspace_id)
    await keep(running, [done_by(mia, REGISTRY["billing.payment_failed"])])

    [entry] = await entries(mia)

    assert ("amount_minor" in entry["details"], "amount_minor" in entry["hidden"]) == (sees, not sees)
