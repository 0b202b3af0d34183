"""Signing in, accepting an invitation, signing out: with plain forms, as a browser without JavaScript sends them."""

from datetime import timedelta

import pytest

from services.portal.browser import COOKIE
from tests.portal.browsing import SEAL, Visit, remembered
from tests.portal.fake_services import FakeServices, problem
from tests.portal.identity_answers import SECRET
from tests.portal.samples import ident

LINK = f"/sign-in/verify?c={ident('challenge')}&t="
SELLER = f"/api/identity/sign-in-challenges/{ident('challenge')}/seller"
VERIFY = {"c": ident("challenge"), "t": "token-of-the-link-in-the-mail"}


@pytest.mark.rule("O42", "O43", "D19")
async def test_an_address_then_the_code_signs_in(visit: Visit, fakes: FakeServices) -> None:
    browser = visit()

    asked = await browser.post("/sign-in", data={"address": "ana@meridian.example"})
    check = await browser.get(asked.headers["location"])
    done = await browser.post("/sign-in/check", data={"code": "123 456"})

    assert "ana@meridian.example" in check.text
    assert 'autocomplete="one-time-code"' in check.text
    assert done.status_code == 303
    assert fakes.sent("POST", f"/api/identity/sign-in-challenges/{ident('challenge')}/redeem")[0]["code"] == "123456"


@pytest.mark.rule("D19")
async def test_opening_the_link_does_not_redeem_it_however_often(visit: Visit, fakes: FakeServices) -> None:
    """S14: mail scanners open links."""
    browser = visit()

    pages = [await browser.request(method, LINK + "token-of-the-link-in-the-mail") for method in ["GET", "HEAD"] * 10]

    assert [page.status_code for page in pages] == [200, 405] * 10
    assert all(page.headers["referrer-policy"] == "no-referrer" for page in pages if page.status_code == 200)
    assert [request.url.path for request in fakes.seen] == [SELLER]


@pytest.mark.rule("D19")
async def test_the_button_behind_the_link_signs_in(visit: Visit, fakes: FakeServices) -> None:
    browser = visit()
    await browser.post("/sign-in", data={"address": "ana@meridian.example"})
    nonce, device = remembered(browser).nonce, remembered(browser).device

    answer = await browser.post("/sign-in/verify", data=VERIFY)

    proof = fakes.sent("POST", f"/api/identity/sign-in-challenges/{ident('challenge')}/redeem")[0]
    assert proof == {"browser": nonce, "device": device, "token": "token-of-the-link-in-the-mail"}
    assert remembered(browser).device == device, "the same for every sign-in"
    assert answer.headers["location"] == "/"


async def test_signing_in_again_ends_the_session_that_the_browser_had(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    await browser.post("/sign-in/verify", data=VERIFY)

    assert remembered(browser).session == "session-of-ana-meridian"
    assert fakes.sent("POST", "/api/identity/sessions/end") == [{"session": SECRET + "jonas"}]


@pytest.mark.rule("D19")
async def test_another_browser_is_asked_for_the_code_as_well(visit: Visit) -> None:
    browser = visit()
    link = VERIFY | {"t": "token-that-another-browser-asked-for"}

    asked = await browser.post("/sign-in/verify", data=link)
    wrong = await browser.post("/sign-in/verify", data=link | {"code": "000000"})
    done = await browser.post("/sign-in/verify", data=link | {"code": "123456"})

    assert "Enter the code as well" in asked.text
    assert remembered(browser).session == "session-of-ana-meridian"
    assert wrong.status_code == 422
    assert "4 tries are left" in wrong.text
    assert "token-that-another-browser-asked-for" in wrong.text
    assert done.status_code == 303


async def test_a_spent_link_says_so_and_offers_a_new_one(visit: Visit) -> None:
    answer = await visit().post("/sign-in/verify", data=VERIFY | {"t": "token-that-was-spent-before"})

    assert answer.status_code == 410
    assert "used already" in answer.text
    assert 'href="/sign-in"' in answer.text


async def test_a_locked_challenge_offers_a_new_code(visit: Visit, fakes: FakeServices) -> None:
    path = f"/api/identity/sign-in-challenges/{ident('challenge')}/redeem"
    fakes.replies["POST", path] = problem(409, "challenge-locked", "Five wrong codes were entered.")
    browser = visit()
    await browser.post("/sign-in", data={"address": "ana@meridian.example"})

    answer = await browser.post("/sign-in/check", data={"code": "000000"})

    assert answer.status_code == 409
    assert "Send a new code" in answer.text


CLOSED = problem(409, "codes-closed", "Too many wrong codes were entered. Open the link in the mail instead.")
TOO_MANY = problem(429, "too-many-sign-ins", "Too many sign-in mails were asked for. Wait a little.", retry_after=60)
REDEEM = f"/api/identity/sign-in-challenges/{ident('challenge')}/redeem"


@pytest.mark.rule("D19")
async def test_where_codes_are_closed_the_page_says_that_the_link_works(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["POST", REDEEM] = CLOSED
    browser = visit()
    await browser.post("/sign-in", data={"address": "ana@meridian.example"})

    here = await browser.post("/sign-in/check", data={"code": "123456"})
    abroad = await browser.post("/sign-in/verify", data=VERIFY | {"code": "123456"})

    assert (here.status_code, abroad.status_code) == (409, 409)
    for page in (here.text, abroad.text):
        assert "Open the link in the mail instead." in page
        assert 'name="code"' not in page
    assert "Codes do not work for now" in here.text
    assert "Get a link for this browser" in abroad.text


async def test_too_many_mails_are_refused_in_words_on_every_page_that_sends_one(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit()
    await browser.post("/sign-in", data={"address": "ana@meridian.example"})
    pending = remembered(browser)
    assert pending.pending is not None
    pending.pending.sent_at -= timedelta(minutes=1)
    browser.cookies.set(COOKIE, SEAL.close(pending), domain="portal.larkspur.example")
    for path in ("sign-in-challenges", "sign-in-challenges/invited"):
        fakes.replies["POST", f"/api/identity/{path}"] = TOO_MANY

    asked = await browser.post("/sign-in", data={"address": "ana@meridian.example"})
    again = await browser.get((await browser.post("/sign-in/resend")).headers["location"])
    joining = await browser.post("/invite", data={"t": "token-of-the-invitation"})

    assert (asked.status_code, again.status_code, joining.status_code) == (429, 200, 429)
    for page in (asked.text, again.text, joining.text):
        assert "Too many sign-in mails were asked for. Wait a few minutes" in page
    assert "This invitation cannot be used" not in joining.text


async def test_the_page_says_why_no_mail_may_arrive(visit: Visit) -> None:
    browser = visit()
    await browser.post("/sign-in", data={"address": "ana@meridian.example"})

    page = await browser.get("/sign-in/check")

    assert "A mailbox gets a limited number of these mails per hour" in page.text


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("token-of-a-former-admin", "may not invite people to this workspace any more"),
        ("token-of-an-older-mail", "A newer invitation was sent"),
    ],
)
async def test_a_revoked_invitation_says_why_it_ended(visit: Visit, token: str, why: str) -> None:
    answer = await visit().get(f"/invite?t={token}")

    assert answer.status_code == 410
    assert why in answer.text


async def test_an_invalid_address_stays_in_the_form(visit: Visit) -> None:
    answer = await visit().post("/sign-in", data={"address": "ana.meridian.example"})

    assert answer.status_code == 422
    assert 'value="ana.meridian.example"' in answer.text
    assert 'aria-invalid="true"' in answer.text


async def test_a_mail_is_sent_again_only_after_half_a_minute(visit: Visit, fakes: FakeServices) -> None:
    browser = visit()
    await browser.post("/sign-in", data={"address": "ana@meridian.example"})

    await browser.post("/sign-in/resend")
    page = await browser.get("/sign-in/check")

    assert "wait half a minute" in page.text
    assert len(fakes.sent("POST", "/api/identity/sign-in-challenges")) == 1


async def test_signing_out_ends_the_session_and_clears_the_cookie(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")

    await browser.post("/sign-out")
    page = await browser.get("/w/meridian/")

    assert "ana" not in fakes.sessions
    assert page.headers["location"].startswith("/sign-in")


async def test_signing_out_works_while_identity_is_down(visit: Visit, fakes: FakeServices) -> None:
    fakes.down = {"identity"}
    browser = visit("ana")

    answer = await browser.post("/sign-out")

    assert answer.headers["location"] == "/sign-in"
    assert remembered(browser).session is None


async def test_an_invitation_is_declined_by_a_button(visit: Visit, fakes: FakeServices) -> None:
    browser = visit()

    page = await browser.get("/invite?t=token-of-the-invitation")
    answer = await browser.post("/invite/decline", data={"t": "token-of-the-invitation"})

    assert 'action="/invite/decline"' in page.text
    assert "You do not join Northwind Logistics." in answer.text
    assert fakes.sent("POST", "/api/identity/invitations/decline") == [{"token": "token-of-the-invitation"}]


@pytest.mark.rule("L12")
async def test_an_invitation_shows_who_invites_and_the_code_completes_it(visit: Visit) -> None:
    browser = visit()

    page = await browser.get("/invite?t=token-of-the-invitation")
    sent = await browser.post("/invite", data={"t": "token-of-the-invitation"})
    check = await browser.get(sent.headers["location"])
    done = await browser.post("/sign-in/check", data={"code": "123456"})

    assert "Northwind Logistics" in page.text
    assert "Ana Oliveira of Meridian Partners invites you to the workspace of Northwind Logistics" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "To join <b>Northwind Logistics</b>" in check.text
    assert done.status_code == 303


async def test_an_expired_invitation_says_what_to_do(visit: Visit) -> None:
    answer = await visit().get("/invite?t=token-of-an-expired-invitation")

    assert answer.status_code == 410
    assert "Ask for a new one" in answer.text


async def test_a_person_signed_in_with_the_invited_address_joins_at_once(visit: Visit, fakes: FakeServices) -> None:
    answer = await visit("jonas").post("/invite", data={"t": "token-of-the-invitation"})

    assert answer.headers["location"] == "/"
    assert fakes.sent("POST", "/api/identity/sign-in-challenges/invited")[0]["session"] == SECRET + "jonas"


@pytest.mark.rule("D19")
async def test_whichever_browser_the_mails_link_is_opened_in_it_leads_to_the_page_that_was_wanted(visit: Visit) -> None:
    asking, other = visit(), visit()
    asked = await asking.get("/w/northwind/services/1?tab=log")
    await asking.get(asked.headers["location"])
    await asking.post(
        "/sign-in", data={"address": "ana@meridian.example", "return_to": "/w/northwind/services/1?tab=log"}
    )

    link = VERIFY | {"t": "token-that-another-browser-asked-for"}
    elsewhere = await other.post("/sign-in/verify", data=link | {"code": "123456"})
    here = await asking.post("/sign-in/verify", data=VERIFY)

    assert elsewhere.headers["location"] == here.headers["location"] == "/w/northwind/services/1?tab=log"


async def test_sending_the_mail_again_keeps_the_page_that_was_wanted(visit: Visit, fakes: FakeServices) -> None:
    browser = visit()
    await browser.post("/sign-in", data={"address": "ana@meridian.example", "return_to": "/w/northwind/orders"})
    pending = remembered(browser).pending
    assert pending is not None
    older = pending.model_copy(update={"sent_at": pending.sent_at - timedelta(minutes=1)})
    browser.cookies.set(COOKIE, SEAL.close(remembered(browser).model_copy(update={"pending": older})))

    await browser.post("/sign-in/resend")

    sent = fakes.sent("POST", "/api/identity/sign-in-challenges")
    assert [body["return_to"] for body in sent] == ["/w/northwind/orders"] * 2


async def test_a_page_whose_address_is_too_long_to_keep_leads_to_the_start(visit: Visit, fakes: FakeServices) -> None:
    browser = visit()

    await browser.post("/sign-in", data={"address": "ana@meridian.example", "return_to": "/w/" + "x" * 2000})
    done = await browser.post("/sign-in/check", data={"code": "123456"})

    assert done.headers["location"] == "/"
