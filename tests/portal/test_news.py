"""News: staff write, look at, send and stop them; people read them in the portal."""

import re

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.campaigns_answers import CAMPAIGN, ID, TEXTS
from tests.portal.fake_services import FakeServices, problem
from tests.portal.test_manual_tasks import text_of

LIST = "/provider/larkspur/news"
HERE = f"{LIST}/{ID}"
API = "/api/notifications/campaigns"
ENTRIES = {
    "topic": "news_webinar", "texts.en.title": "Meet us", "texts.en.body": "On *Friday*.", "texts.en.button_label": "",
    "texts.de.title": "", "texts.de.body": "", "texts.de.button_label": "", "button_url": "", "kinds": "both",
    "sellers": "direct", "segment.partner_id": "", "language": "", "role.admin": "true",
}  # fmt: skip


async def post(browser: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    return await browser.post(path, data=fields, follow_redirects=True)


@pytest.mark.rule("I13")
async def test_the_list_says_how_far_each_has_come(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    fakes.now_campaign("sent", recipients=1204, sent=1170, failed=3, opted_out=31, is_prepared=True)

    page = (await staff.get(LIST)).text

    said = text_of(page)
    for text in ("Console 3 is out", "New releases", "Sent", "1,204", "1,170", "31"):
        assert text in said
    assert f'href="{HERE}"' in page
    assert f'href="{LIST}/new"' in page


@pytest.mark.rule("I13")
async def test_news_are_written_with_a_preview_beside_them(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    form = await staff.get(f"{LIST}/new")
    preview = await post(staff, f"{LIST}/preview", **ENTRIES)
    page = (await post(staff, f"{LIST}/new", **ENTRIES)).text

    required = re.findall(r'<(?:input|textarea)[^>]* name="([^"]+)"[^>]* required', form.text)
    assert required == ["texts.en.title", "texts.en.body"], "browsers would refuse a draft without German"
    assert 'formtarget="preview"' in form.text
    assert "frame-src 'self'" in form.headers["content-security-policy"]
    assert "On *Friday*." in preview.text
    assert "sandbox" in preview.headers["content-security-policy"]
    text = {"title": "Meet us", "body": "On *Friday*.", "button_label": ""}
    segment = {"kinds": ["customer", "partner"], "sellers": "direct", "partner_id": None, "roles": ["admin"],
               "language": None}  # fmt: skip
    assert fakes.sent("POST", API) == [
        {"topic": "news_webinar", "texts": {"en": text}, "button_url": None, "segment": segment}
    ]
    assert "The draft is saved." in text_of(page)


async def test_a_draft_is_changed_from_the_version_that_was_read(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    form = (await staff.get(f"{HERE}/edit")).text
    await post(staff, f"{HERE}/edit", **ENTRIES, version="3")

    assert TEXTS["de"]["title"] in form
    assert (fakes.written or {})["version"] == 3


async def test_what_the_service_refuses_stays_at_its_field(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    error = {"pointer": "/texts/en/body", "code": "not_https", "detail": "must link to https only"}
    fakes.replies["POST", API] = problem(422, "invalid", "Please check.", errors=[error])

    answer = await staff.post(f"{LIST}/new", data=ENTRIES)

    assert answer.status_code == 422
    assert 'id="texts.en.body-about"' in answer.text
    assert "https://" in answer.text


@pytest.mark.rule("I28")
async def test_before_it_is_sent_the_page_says_to_how_many(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    asked = text_of((await staff.get(f"{HERE}/send")).text)
    await post(staff, f"{HERE}/send", version="3", when="now", day="2027-01-05", time="09:00")
    now = fakes.written
    page = (await post(staff, f"{HERE}/send", version="3", when="later", day="2027-01-05", time="09:00")).text
    refused = await staff.post(f"{HERE}/send", data={"version": "3", "when": "later", "day": "soon", "time": "x"})

    assert "Send it to 1,204 people?" in asked
    assert "31 of them have switched it off, and get no mail." in asked
    assert now == {"version": 3, "at": None}
    assert str((fakes.written or {})["at"]).startswith("2027-01-05T09:00:00")
    assert "It is sent from" in text_of(page)
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("state", "there", "missing"),
    [
        ("draft", ("/send", "/edit", "/remove"), ("/stop", "/take-back")),
        ("scheduled", ("/take-back",), ("/edit", "/stop", "/send")),
        ("sending", ("/stop",), ("/edit", "/take-back", "/send")),
        ("sent", (), ("/edit", "/stop", "/send", "/take-back")),
    ],
)
async def test_each_state_offers_what_can_be_done(
    staff: httpx.AsyncClient, fakes: FakeServices, state: str, there: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    fakes.now_campaign(state)

    page = (await staff.get(HERE)).text

    assert [path for path in there if f"{HERE}{path}" not in page] == []
    assert [path for path in missing if f"{HERE}{path}" in page] == []


async def test_it_is_stopped_taken_back_tried_out_and_removed(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    fakes.now_campaign("sending", recipients=10, sent=4)

    asked = text_of((await staff.get(f"{HERE}/stop")).text)
    stopped = text_of((await post(staff, f"{HERE}/stop")).text)
    back = text_of((await post(staff, f"{HERE}/take-back")).text)
    tried = text_of((await post(staff, f"{HERE}/test")).text)
    sure = text_of((await staff.get(f"{HERE}/remove")).text)
    removed = text_of((await post(staff, f"{HERE}/remove")).text)

    assert "4 of 10 mails have gone." in asked
    assert "It is stopped." in stopped
    assert "It is a draft again" in back
    assert "It is mailed to" in tried
    assert "Remove the draft?" in sure
    assert "The draft is removed." in removed


async def test_what_somebody_else_did_first_is_said(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    fakes.replies["POST", f"{API}/{ID}/stop"] = problem(409, "campaign-not-open", "It has ended.", state="sent")

    assert "It is in another state by now." in text_of((await post(staff, f"{HERE}/stop")).text)


async def test_the_mail_is_a_page_of_its_own_that_may_do_nothing(staff: httpx.AsyncClient) -> None:
    answer = await staff.get(f"{HERE}/content", params={"locale": "de-DE"})

    assert CAMPAIGN["texts"]["en"]["body"] in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.rule("I13")
async def test_people_read_the_news_in_the_portal(visit: Visit) -> None:
    jonas = visit("jonas")
    page = (await jonas.get(f"/me/news/{ID}")).text

    assert "<strong>faster</strong>" in page
    assert 'href="https://larkspur.example/3"' in page
    assert (await jonas.get("/me/news/00000000-0000-0000-0000-000000000009")).status_code == 404
