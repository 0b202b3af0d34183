"""Lists as tables: what their address says, and what they say."""

import re
from typing import Any

import httpx
import pytest
from starlette.datastructures import QueryParams

from services.portal.billing.table import INVOICES, fitting
from services.portal.services.table import SERVICES
from services.portal.tables import TableState
from tests.portal.browsing import Visit
from tests.portal.business import SERVICES as MADE_UP
from tests.portal.fake_services import FakeServices, problem
from tests.portal.samples import ident

PATH = "/w/northwind/services"


def state_of(table: Any, query: str) -> TableState:
    class Anybody:
        def may(self, permission: str) -> bool:
            return True

    return TableState.of(table, QueryParams(query), Anybody())  # type: ignore[arg-type]


def asked(fakes: FakeServices, path: str) -> dict[str, str]:
    return dict(next(each for each in fakes.seen if each.url.path == path).url.params)


async def test_the_address_says_what_is_searched_filtered_and_sorted(visit: Visit, fakes: FakeServices) -> None:
    await visit("jonas").get(f"{PATH}?q=+main+&kind=port&sort=-name")

    sent = asked(fakes, "/api/provisioning/services")
    assert sent == {"q": "main", "kind": "port", "sort": "name", "descending": "true", "count": "true", "limit": "50"}


@pytest.mark.parametrize(
    "query",
    [
        "?kind=nonsense&state=%00&sort=password&column=secret",
        "?sort=--name&cursor=",
        "?q=" + "x" * 9,
        "?kind=port&kind=x",
    ],
)
async def test_no_address_breaks_a_page(visit: Visit, fakes: FakeServices, query: str) -> None:
    page = await visit("jonas").get(PATH + query)

    assert page.status_code == 200
    sent = asked(fakes, "/api/provisioning/services")
    assert sent["sort"] == "requested_at"
    assert "nonsense" not in sent.values()


def test_a_search_is_as_long_as_a_service_takes_it() -> None:
    assert state_of(SERVICES, "q=" + "x" * 500).filters == {"q": "x" * 100}


def test_a_change_leads_to_the_first_page_and_keeps_the_rest() -> None:
    state = state_of(SERVICES, "q=main&kind=port&sort=name&column=kind&cursor=abc")

    assert state.query(sort="-name") == "q=main&kind=port&sort=-name&column=kind"
    assert state.query(cursor="def") == "q=main&kind=port&sort=name&cursor=def&column=kind"
    assert state.without_filters().query() == "sort=name&column=kind"


async def test_columns_are_chosen_and_the_first_one_always_shows(visit: Visit) -> None:
    page = (await visit("jonas").get(f"{PATH}?column=status")).text

    table = page[page.index("<thead") : page.index("</thead")]
    assert re.findall(r">\s*(Service|Kind|Since|Status)\s*<", table) == ["Service", "Status"]


async def test_the_number_of_rows_is_said_as_far_as_it_is_known(visit: Visit, fakes: FakeServices) -> None:
    answer = {"items": MADE_UP[:1], "next": "more"}
    for count, said in ((312, "1 of 312"), (1001, "1 of more than 1,000"), (None, "1 shown")):
        fakes.replies["GET", "/api/provisioning/services"] = httpx.Response(200, json=answer | {"count": count})

        page = (await visit("jonas").get(PATH)).text

        assert said in page


async def test_what_is_not_found_is_not_called_empty(visit: Visit, fakes: FakeServices) -> None:
    nothing = httpx.Response(200, json={"items": [], "next": None, "count": 0})
    fakes.replies["GET", "/api/provisioning/services"] = nothing

    searched = (await visit("jonas").get(f"{PATH}?q=<b>lost")).text
    empty = (await visit("jonas").get(PATH)).text

    assert "Nothing matches “&lt;b&gt;lost”" in searched
    assert "<b>lost" not in searched
    assert "No services yet" in empty


async def test_htmx_gets_the_table_alone(visit: Visit) -> None:
    part = (await visit("jonas").get(PATH, headers={"HX-Request": "true"})).text

    assert part.lstrip().startswith('<div id="table-services"')
    assert "<html" not in part


def test_overdue_invoices_are_asked_for_in_the_order_that_billing_has() -> None:
    overdue = fitting(state_of(INVOICES, "status=overdue&sort=-total"))
    others = fitting(state_of(INVOICES, "status=open&sort=-total"))

    assert (overdue.sorted_by, others.sorted_by) == ("-due_on", "-total")


REVOKE = "/api/identity/invitations/{}/revoke"
INVITATIONS = "/w/meridian/users/invitations"


async def revoke_chosen(visit: Visit, *chosen: str) -> str:
    browser = visit("ana")
    answer = await browser.post(f"{INVITATIONS}/chosen/revoke", data={"chosen": list(chosen)})
    return (await browser.get(answer.headers["location"])).text


async def test_chosen_invitations_are_taken_back_one_by_one(visit: Visit, fakes: FakeServices) -> None:
    first, closed = ident("first"), ident("closed")
    fakes.replies["POST", REVOKE.format(closed)] = problem(409, "invitation-not-pending", "It is accepted.")

    page = await revoke_chosen(visit, str(first), "no id", str(closed), str(first))

    sent = [each.url.path for each in fakes.seen if each.url.path.endswith("/revoke")]
    assert sent == [REVOKE.format(first), REVOKE.format(closed)]
    assert "1 invitation is taken back. 1 was refused: " in page


async def test_what_was_not_reached_is_said_when_a_service_fails_midway(visit: Visit, fakes: FakeServices) -> None:
    first, second, third = (str(ident(name)) for name in ("first", "second", "third"))
    fakes.replies["POST", REVOKE.format(second)] = problem(503, "unavailable", "Not now.")

    page = await revoke_chosen(visit, first, second, third)

    assert "1 invitation is taken back. 2 were not reached. Please try them again." in page


async def test_choosing_nothing_is_said(visit: Visit) -> None:
    assert "Choose at least one row first." in await revoke_chosen(visit)


async def test_more_than_a_page_of_rows_is_not_taken(visit: Visit, fakes: FakeServices) -> None:
    await revoke_chosen(visit, *(str(ident(f"row-{number}")) for number in range(60)))

    assert sum(each.url.path.endswith("/revoke") for each in fakes.seen) == 50


@pytest.mark.rule("D22")
async def test_a_form_that_is_sent_twice_has_one_key_per_row(visit: Visit, fakes: FakeServices) -> None:
    orders, path = [str(ident("one")), str(ident("two"))], "/provider/larkspur/failed-orders/chosen/retry"
    browser = visit("lars")
    for key in ("a-key-of-a-form", "a-key-of-a-form", "another-key"):
        await browser.post(path, data={"chosen": orders, "idempotency_key": key})

    keys = [each.headers["idempotency-key"] for each in fakes.seen if each.url.path.endswith("/retry")]
    assert keys[:2] == keys[2:4]
    assert len(set(keys)) == 4


async def test_nobody_can_choose_themselves(visit: Visit) -> None:
    page = (await visit("ana").get("/w/meridian/users")).text

    assert f'name="chosen" form="bulk-members" value="{ident("tom")}"' in page
    assert f'value="{ident("ana")}"' not in page
    assert "Remove the chosen people…" in page


async def test_who_may_not_change_users_chooses_none(visit: Visit) -> None:
    page = (await visit("rosa").get("/w/northwind/users")).text

    assert 'name="chosen"' not in page
