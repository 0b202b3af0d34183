"""Restarting and diagnosing a service, and the work on it, on pages (P21)."""

import re

import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.operations_answers import operation
from tests.portal.samples import ident

NODE, PORT = (f"/w/northwind/services/{ident(f'service-{n}')}" for n in (2, 1))
BEGUN = "/api/provisioning/operations"


def page_of(verb: str) -> str:
    return f"{NODE}/operations/{ident(f'{verb} operation')}"


@pytest.mark.rule("P19", "P21")
@pytest.mark.parametrize("who", ["jonas", "rosa"])
async def test_who_may_sees_what_the_service_offers(visit: Visit, who: str) -> None:
    node, port = [(await visit(who).get(path)).text for path in (NODE, PORT)]

    for text in ("Diagnose", "Read the console", f'href="{NODE}/restart"'):
        assert text in node
    assert "Read the console" not in port


@pytest.mark.rule("P20", "P21")
async def test_who_may_not_is_offered_nothing_and_sees_the_work_all_the_same(visit: Visit, fakes: FakeServices) -> None:
    work = operation("console_log", "succeeded", steps=("done",), has_output=True)
    fakes.work[work["id"]] = work
    browser = visit("tomas")

    service, found = (await browser.get(NODE)).text, (await browser.get(page_of("console_log"))).text

    for text in ("Diagnose", "Read the console", "/restart"):
        assert text not in service
    assert "Console log" in service
    assert "Read the console" in found
    assert "What was read" not in found
    assert "Booting" not in found


@pytest.mark.rule("P20", "D2")
@pytest.mark.parametrize("path", [f"{NODE}/restart", f"{NODE}/rename", f"/w/northwind/orders/{ident('order')}/refuse"])
async def test_a_form_is_no_page_for_who_may_not_send_it(visit: Visit, path: str) -> None:
    allowed, refused = [await visit(who).get(path) for who in ("jonas", "tomas")]

    assert allowed.status_code == 200
    assert refused.status_code == 403
    assert "Your role in this workspace does not include this." in refused.text


@pytest.mark.rule("P21")
async def test_a_restart_is_asked_about_and_begun_once(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("rosa")

    asked = (await browser.get(f"{NODE}/restart")).text
    [key] = re.findall(r'name="idempotency_key"\s+value="([^"]+)"', asked)
    data = {"verb": "restart", "idempotency_key": key}
    first, second = [await browser.post(f"{NODE}/operations", data=data) for _ in range(2)]

    assert "does not answer while it restarts" in asked
    assert first.headers["location"] == second.headers["location"] == page_of("restart")
    sent = [each for each in fakes.seen if each.method == "POST" and each.url.path == BEGUN]
    assert {each.headers["idempotency-key"] for each in sent} == {key}


@pytest.mark.rule("P21")
async def test_an_operation_shows_its_steps_and_can_be_stopped(visit: Visit, fakes: FakeServices) -> None:
    work = operation("restart", steps=("done", "running"))
    fakes.work[work["id"]] = work
    browser = visit("rosa")

    before = (await browser.get(page_of("restart"))).text
    stopped = await browser.post(f"{page_of('restart')}/cancel", follow_redirects=True)

    for text in ("Shut down", "Start up", "Running", "Stop it", "1 of 3 steps done"):
        assert text in before
    assert "hx-sse:connect" in before
    assert "It is being stopped. What was done is taken back." in stopped.text
    assert "Stop it" not in stopped.text


async def test_what_has_ended_meanwhile_is_said(visit: Visit, fakes: FakeServices) -> None:
    work = operation("restart", "succeeded", steps=("done",) * 3)
    fakes.work[work["id"]] = work

    answer = await visit("rosa").post(f"{page_of('restart')}/cancel", follow_redirects=True)

    assert "It has ended already, or is being stopped." in answer.text


@pytest.mark.rule("P21")
async def test_a_failed_restart_says_what_was_taken_back(visit: Visit, fakes: FakeServices) -> None:
    work = operation("restart", "failed", steps=("undone", "failed"), undoing=True, message_code="simulator_refused",
                     message_values={"step": 2}, message="The simulated infrastructure refused step 2.")  # fmt: skip
    fakes.work[work["id"]] = work

    page = (await visit("rosa").get(page_of("restart"))).text

    for text in ("taken back", "This did not succeed.", "refused step 2", "The steps say what was taken back."):
        assert text in page
    assert "hx-sse:connect" not in page


@pytest.mark.rule("P21")
async def test_what_was_read_is_shown_as_text(visit: Visit, fakes: FakeServices) -> None:
    work = operation("console_log", "succeeded", steps=("done",), has_output=True)
    fakes.work[work["id"]] = work

    page = (await visit("rosa").get(page_of("console_log"))).text

    assert "Booting the kernel" in page
    assert "&lt;login&gt; prompt &amp; more" in page
    assert "It is kept for a week." in page


@pytest.mark.rule("P21")
async def test_who_does_what_is_said_to_who_comes_later(visit: Visit, fakes: FakeServices) -> None:
    fakes.busy_with = {
        "verb": "restart", "begun_by_address": "rosa@northwind.example", "operation_id": ident("restart operation"),
    }  # fmt: skip

    answer = await visit("jonas").post(f"{NODE}/operations", data={"verb": "restart"}, follow_redirects=True)

    said = "Something is being done with this service already: Restart, begun by rosa@northwind.example."
    assert said in answer.text


async def test_a_made_up_verb_is_no_error(visit: Visit, fakes: FakeServices) -> None:
    answer = await visit("jonas").post(f"{NODE}/operations", data={"verb": "delete"})

    assert (answer.status_code, answer.headers["location"]) == (303, NODE)
    assert fakes.sent("POST", BEGUN) == []


async def test_the_history_leads_to_each_operation_and_to_the_order(visit: Visit, fakes: FakeServices) -> None:
    work = operation("diagnose", "succeeded", steps=("done", "done"))
    fakes.work[work["id"]] = work

    page = (await visit("jonas").get(f"{NODE}/operations")).text

    assert f'href="{page_of("diagnose")}"' in page
    assert f'href="/w/northwind/orders/{ident("order")}"' in page
    for text in ("Diagnosis", "Provisioning", "Succeeded"):
        assert text in page


async def test_an_operation_under_another_service_leads_to_its_own(visit: Visit, fakes: FakeServices) -> None:
    work = operation("diagnose", "succeeded", steps=("done", "done"))
    fakes.work[work["id"]] = work

    answer = await visit("jonas").get(f"{PORT}/operations/{work['id']}")

    assert (answer.status_code, answer.headers["location"]) == (303, page_of("diagnose"))
