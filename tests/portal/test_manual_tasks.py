"""What the provider's staff do by hand: the list, a task, and what they say of it."""

import re
from typing import Any

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.manual_tasks_answers import SET_UP, TASK
from tests.portal.samples import ident, on

LIST = "/w/larkspur/manual-tasks"
HERE = f"{LIST}/{TASK['id']}"
API = f"/api/provisioning/manual-tasks/{TASK['id']}"
DONE = {"state": "done", "service_state": "active", "serial_numbers": ["EG-1"], "condition": "good"}


def text_of(page: str) -> str:
    """What people read of it, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def post(browser: httpx.AsyncClient, form: str, **fields: str) -> httpx.Response:
    return await browser.post(f"{HERE}/{form}", data=fields, follow_redirects=True)


@pytest.mark.rule("L14")
async def test_the_list_says_what_is_to_be_done_where_and_for_when(staff: httpx.AsyncClient) -> None:
    page = (await staff.get(LIST)).text

    said = text_of(page)
    for text in ("Northwind Logistics", "Deliver", "Edge gateway Berlin", "Edge gateway × 2", "Berlin office",
                 "To be planned", "Set up", "Line to the harbour", "As soon as possible", "5 days ago"):  # fmt: skip
        assert text in said
    assert f'href="{HERE}"' in page
    assert "cursor=more" in page
    assert "create" not in said


async def test_the_list_is_narrowed_by_status_and_says_when_there_is_nothing(
    staff: httpx.AsyncClient, fakes: FakeServices
) -> None:
    planned = (await staff.get(f"{LIST}?state=planned")).text
    odd = (await staff.get(f"{LIST}?state=soup")).text
    fakes.replies["GET", "/api/provisioning/manual-tasks"] = httpx.Response(200, json={"items": [], "next": None})
    empty = (await staff.get(LIST)).text

    assert SET_UP["display_name"] in planned
    assert TASK["display_name"] not in planned
    assert TASK["display_name"] in odd
    assert "Nothing is to be done by hand" in empty


async def test_the_overview_says_how_much_is_to_be_done(visit: Visit) -> None:
    overview = (await visit("lars").get("/w/larkspur/")).text
    of_reader = (await visit("lars-reading").get("/w/larkspur/")).text
    of_partner = (await visit("ana").get("/w/meridian/")).text

    assert "2 tasks are to be done by hand." in overview
    assert overview.count(f'href="{LIST}"') == 2, "in the side bar and in the notice"
    assert "1 order waits for you to confirm it." in overview
    for other in (of_reader, of_partner):
        assert "to be done by hand" not in other
        assert "to confirm it" not in other
        assert "manual-tasks" not in other


@pytest.mark.parametrize("who", ["lars-reading", "lars-support"])
@pytest.mark.parametrize("path", ["", "/give-up", "/photo"])
async def test_a_reader_sees_no_task(visit: Visit, who: str, path: str) -> None:
    answer = await visit(who).get(HERE + path)

    assert answer.status_code == 403
    assert "Edge gateway" not in answer.text


async def test_a_reader_sees_no_list_and_sends_no_form(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars-reading")

    listed = (await browser.get(LIST)).text
    answers = [(await post(browser, form, planned_on=on(3), reason="No.")).status_code
               for form in ("plan", "finish", "give-up", "asset", "photo/remove")]  # fmt: skip

    assert "Edge gateway" not in listed
    assert answers == [403] * 5
    assert fakes.hand_work == TASK


@pytest.mark.rule("L14")
async def test_a_task_says_all_that_whoever_does_it_has_to_know(staff: httpx.AsyncClient) -> None:
    page = (await staff.get(HERE)).text

    said = text_of(page)
    for text in ("Deliver: Edge gateway Berlin", "Order ORD-1060", "Northwind Logistics", "Quantity 2", "10 Gbps",
                 "Ring at the back door.", "Hafenstr. 4 10115 Berlin Germany", "Mara Lind"):  # fmt: skip
        assert text in said
    assert 'href="mailto:mara@northwind.example"' in page
    assert re.search(rf'name="planned_on"\s+value="{on(9)}"', page), "the wanted day is proposed"
    assert re.search(r'min="\d{4}-\d\d-\d\d"', page)
    assert f'action="{HERE}/photo"' not in page, "there is no asset yet"


async def test_a_move_says_from_where_and_what_is_cancelled_cannot_be_given_up(
    staff: httpx.AsyncClient, fakes: FakeServices
) -> None:
    fakes.now_by_hand(verb="change", former_location_name="Cologne office", service_state="changing")
    move = (await staff.get(HERE)).text
    fakes.now_by_hand(verb="delete", place=None, ordered_by_address=None, service_state="deleting")
    collecting = (await staff.get(HERE)).text
    asked = await staff.get(f"{HERE}/give-up")

    assert "Move or change: Edge gateway Berlin" in text_of(move)
    assert "Moved from Cologne office" in text_of(move)
    for text in ("Collect: Edge gateway Berlin", "At no location", "Its service ends."):
        assert text in text_of(collecting)
    assert "give-up" in move
    assert "give-up" not in collecting
    assert (asked.status_code, asked.headers["location"]) == (303, HERE)
    assert "Plan another day instead." in (await post(staff, "give-up", reason="No.")).text


@pytest.mark.rule("L14")
async def test_staff_plan_it_with_a_note(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    page = (await post(staff, "plan", planned_on=on(3), note="Between 9 and 11.")).text

    assert fakes.sent("POST", f"{API}/plan") == [{"planned_on": on(3), "note": "Between 9 and 11."}]
    assert "Its customer is told so." in page
    assert "Plan anew" in page


@pytest.mark.parametrize(
    ("day", "said"), [("", "Enter a date."), ("2001-01-01", "Choose a day from today on, within a year.")]
)
async def test_a_day_that_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    staff: httpx.AsyncClient, day: str, said: str
) -> None:
    answer = await post(staff, "plan", planned_on=day, note="After <lunch>")

    assert answer.status_code == 422
    assert re.search(f'id="planned_on-about">.*{said}', answer.text)
    assert 'value="After &lt;lunch&gt;"' in answer.text
    assert "not_that_day" not in answer.text


@pytest.mark.rule("L14")
async def test_a_delivery_is_done_with_serial_numbers_and_condition(
    staff: httpx.AsyncClient, fakes: FakeServices
) -> None:
    page = (await post(staff, "finish", serial_numbers="EG-1\r\n\r\n EG-2 \r\n", condition="new")).text

    assert fakes.sent("POST", f"{API}/finish") == [{"serial_numbers": ["EG-1", "EG-2"], "condition": "new"}]
    assert "It is done." in page
    assert "EG-1\nEG-2</textarea>" in page
    assert f'action="{HERE}/finish"' not in page
    assert f'action="{HERE}/photo"' in page


async def test_what_is_not_delivered_is_done_without_serial_numbers(
    staff: httpx.AsyncClient, fakes: FakeServices
) -> None:
    fakes.now_by_hand(kind="port")

    page = (await staff.get(HERE)).text
    await post(staff, "finish")

    assert "Set up: Edge gateway Berlin" in text_of(page)
    assert "serial_numbers" not in page
    assert fakes.sent("POST", f"{API}/finish") == [{"serial_numbers": [], "condition": None}]


@pytest.mark.rule("L14")
async def test_staff_give_it_up_with_a_reason_on_a_page_that_says_what_follows(
    staff: httpx.AsyncClient, fakes: FakeServices
) -> None:
    asked = (await staff.get(f"{HERE}/give-up")).text
    without = await post(staff, "give-up", reason="")
    page = (await post(staff, "give-up", reason="No power there.")).text

    assert "Order ORD-1060 fails with this" in asked
    assert (without.status_code, "Please fill this in." in without.text) == (422, True)
    assert fakes.sent("POST", f"{API}/give-up")[-1] == {"reason": "No power there."}
    for text in ("It is given up.", "Given up", "No power there."):
        assert text in text_of(page)
    assert f'action="{HERE}/plan"' not in page


@pytest.mark.parametrize("form", ["plan", "finish", "give-up"])
@pytest.mark.parametrize("state", ["done", "given_up", "dropped"])
async def test_who_comes_second_is_told_how_it_stands(
    staff: httpx.AsyncClient, fakes: FakeServices, form: str, state: str
) -> None:
    fakes.now_by_hand(state=state, reason="No power." if state == "given_up" else None)

    answer = await post(staff, form, planned_on=on(3), reason="No.")

    assert (answer.status_code, answer.url.path) == (200, HERE)
    assert "Somebody has ended it already, or it is not needed any more." in answer.text
    assert f'action="{HERE}/{form}"' not in answer.text


@pytest.mark.parametrize("path", [f"{LIST}/soup", f"{LIST}/{ident('nothing')}", f"{LIST}/{ident('nothing')}/give-up"])
async def test_a_task_that_is_not_there_is_no_page(staff: httpx.AsyncClient, path: str) -> None:
    assert (await staff.get(path)).status_code == 404


@pytest.mark.parametrize("fields", [{}, {"planned_on": "\0", "note": "\0", "reason": "\0", "condition": "soup"}])
@pytest.mark.parametrize("form", ["plan", "finish", "give-up", "asset", "photo"])
async def test_whatever_is_sent_is_provisionings_to_judge(
    staff: httpx.AsyncClient, fakes: FakeServices, form: str, fields: dict[str, Any]
) -> None:
    fakes.undocumented = {f"{API}/{form}"}
    answer = await staff.post(f"{HERE}/{form}", data=fields)

    assert answer.status_code in (404, 422)


async def test_the_page_is_in_german_for_who_reads_german(visit: Visit, fakes: FakeServices) -> None:
    fakes.now_by_hand(**DONE)

    german = visit("lars", **{"Accept-Language": "de-DE"})
    page = text_of((await german.get(HERE)).text)

    for text in ("Ausliefern: Edge gateway Berlin", "Seriennummern", "Hochladen"):
        assert text in page
