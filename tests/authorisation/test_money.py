"""Support never sees money, in whatever answer."""

import httpx
import pytest

from shared.auth.routes import Allow
from tests.authorisation.callers import CALLERS
from tests.authorisation.matrix import GUARDS, OPERATIONS, Asked, Asking
from tests.authorisation.money import WITHOUT_MONEY, money_in, read_amounts
from tests.authorisation.world import World
from tests.contracts.openapi import Operation


def operations() -> list[object]:
    """Those that a role decides about. Whoever has the link of a payment page sees its amount."""
    guarded = [operation for operation in OPERATIONS if isinstance(GUARDS[str(operation)], Allow)]
    return [pytest.param(each, id=str(each)) for each in guarded]


@pytest.fixture(scope="module")
async def amounts(whole_world: World) -> frozenset[str]:
    return await read_amounts(whole_world.installation)


@pytest.mark.rule("P21")
@pytest.mark.parametrize("operation", operations())
async def test_no_answer_to_support_has_money_in_it(
    operation: Operation, asked: Asked, amounts: frozenset[str]
) -> None:
    answers = await asked.without_money(operation)
    shown = {
        f"{answered.caller} → {answered.place}": money
        for answered in answers
        if (money := money_in(answered.response, amounts))
    }

    assert answers

    assert len(amounts) > 1
    assert shown == {}


async def test_an_admin_is_shown_the_amounts_that_support_is_not(whole_world: World, amounts: frozenset[str]) -> None:
    """So the amounts of this world are there to be found."""
    admins = [caller for caller in CALLERS if str(caller) in ("northwind admin", "meridian admin")]
    shown: set[str] = set()
    for operation in OPERATIONS:
        if operation.method == "GET":
            async for answered in Asking(whole_world, operation, admins).answers():
                shown |= money_in(answered.response, amounts)

    assert shown & amounts
    assert {".items.total_minor", ".items.mrr.value.amount_minor", ".items.details.total_minor"} <= shown


def test_support_is_among_those_who_see_no_money() -> None:
    assert {caller.role for caller in WITHOUT_MONEY} == {"support"}
    assert {caller.kind for caller in WITHOUT_MONEY} == {"provider", "partner", "customer"}


@pytest.mark.parametrize("text", ["73911.37", "73,911.37 EUR", "73 911,37", "7391137"])
def test_an_amount_is_found_however_it_is_formatted(text: str) -> None:
    assert money_in(httpx.Response(200, text=f"<b>{text}</b>"), frozenset({"7391137"})) == {"7391137"}


@pytest.mark.parametrize("name", ["mrr", "price", "total", "total_minor", "amount", "unit_minor", "outstanding"])
def test_a_field_of_money_is_found_by_its_name_even_if_it_is_zero(name: str) -> None:
    answer = httpx.Response(200, json={"items": [{name: {"value": 0}}], "totals": {"customers": 3}})

    assert money_in(answer, frozenset()) == {f".items.{name}.value"}
