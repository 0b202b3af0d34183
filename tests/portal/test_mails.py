"""The pages that show what mails look like, for the provider's staff."""

import html
import re
from dataclasses import replace
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Match

from services.notifications.mail_samples.events import CUSTOMER, sample_facts
from services.notifications.mails.content import MailContext
from services.notifications.mails.contents import CONTENTS
from services.notifications.topics import Topic
from tests.portal.browsing import ORIGIN, Visit
from tests.portal.fake_services import FakeServices
from tests.portal.mails_answers import TITLES

PATH = "/w/larkspur/mails"
MAIL = f"{PATH}/invoice_issued"
PROVIDER = replace(CUSTOMER, id=UUID(int=1), kind="provider", slug="larkspur", display_name="Larkspur Cloud")


async def test_the_list_leads_to_each_mail(visit: Visit) -> None:
    page = (await visit("lars").get(PATH)).text

    for topic, title in TITLES.items():
        assert f'href="{PATH}/{topic}">{title}</a>' in page
    assert "The billing contact" in page
    assert "Always" in page


async def test_a_mail_is_shown_with_subject_sender_text_and_data(visit: Visit) -> None:
    page = (await visit("lars").get(MAIL)).text

    said = html.unescape(page)
    for words in ("Invoice LC-2026-000042 <en-US>", "For Northwind Logistics.", "Larkspur Cloud", "No address is set",
                  "LC-2026-000042.pdf", "Your invoice in en-US", '"number": "LC-2026-000042"'):  # fmt: skip
        assert words in said
    assert "<en-US>" not in page, "what a service says is text"
    assert "alert(1)" not in page, "the mail is in its frame alone"


async def test_a_mail_is_in_a_frame_that_may_do_nothing(visit: Visit) -> None:
    page = await visit("lars").get(MAIL)

    [frame] = re.findall(r"<iframe.*?></iframe>", page.text, re.DOTALL)
    assert f'src="{MAIL}/content?locale=en-US"' in frame
    assert re.search(r"\ssandbox\s", frame), "without any permission"
    assert page.headers["content-security-policy"].endswith("; frame-ancestors 'none'; frame-src 'self'")
    assert page.headers["x-frame-options"] == "DENY"


async def test_the_content_of_the_frame_runs_nothing_and_loads_nothing(visit: Visit) -> None:
    answer = await visit("lars").get(f"{MAIL}/content")

    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    assert policy == {"default-src": "'none'", "style-src": "'unsafe-inline'", "img-src": "data:", "sandbox": "",
                      "form-action": "'none'",
                      "base-uri": "'none'", "frame-ancestors": "'self'"}  # fmt: skip
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert '<body style="color: red">' in answer.text


@pytest.mark.parametrize(
    ("asked", "shown"), [("de-DE", "de-DE"), ("de-AT", "de-AT"), ("", "en-US"), ("xx", "en-US"), ("x" * 35, "en-US")]
)
async def test_each_language_can_be_chosen(visit: Visit, fakes: FakeServices, asked: str, shown: str) -> None:
    page = (await visit("lars").get(MAIL, params={"locale": asked})).text

    assert f"Your invoice in {shown}" in page
    assert f"{MAIL}/content?locale={shown}" in page
    chosen = re.findall(r'<a href="[^"]*\?locale=([\w-]+)"[^>]*aria-current="page"', page)
    assert chosen == [shown]
    assert set(re.findall(r'hreflang="([\w-]+)"', page)) >= {shown, "en-US" if shown[:2] == "de" else "de-DE"}


async def test_what_is_said_about_a_mail_stays_in_the_readers_language(visit: Visit, fakes: FakeServices) -> None:
    await visit("lars").get(MAIL, params={"locale": "de-DE"})

    asked = {each.url.path: each.url.params["locale"] for each in fakes.seen if "mail-samples" in each.url.path}
    assert asked == {
        "/api/notifications/mail-samples": "en-US",
        "/api/notifications/mail-samples/invoice_issued": "de-DE",
    }


async def test_the_list_is_in_the_readers_language(visit: Visit, fakes: FakeServices) -> None:
    page = (await visit("lars", **{"Accept-Language": "de-AT"}).get(PATH)).text

    assert 'lang="de-AT"' in page
    assert fakes.seen[-1].url.params["locale"] == "de-AT"


async def test_each_case_can_be_chosen_and_stays_chosen_in_another_language(visit: Visit) -> None:
    page = (await visit("lars").get(MAIL, params={"case": "total_only"})).text

    assert f'src="{MAIL}/content?locale=en-US&amp;case=total_only"' in page
    assert f'href="{MAIL}?locale=de-DE&amp;case=total_only"' in page
    [chosen] = re.findall(r'aria-current="page">([^<]+)</a>\s*</li>', page)
    assert chosen == "With the total alone"


async def test_an_unknown_mail_is_not_found(visit: Visit) -> None:
    for path in (f"{PATH}/newsletter", f"{PATH}/newsletter/content", f"{MAIL}/other", f"{MAIL}?case=other"):
        assert (await visit("lars").get(path)).status_code == 404


@pytest.mark.parametrize(
    ("who", "path", "shown"),
    [("lars", PATH, True), ("lars-regular", PATH, True), ("lars-reading", PATH, False), ("lars-support", PATH, False),
     ("ana", "/w/meridian/mails", False), ("jonas", "/w/northwind/mails", False)],
)  # fmt: skip
async def test_only_admins_and_regular_users_of_the_provider_see_them(
    visit: Visit, who: str, path: str, shown: bool
) -> None:
    browser = visit(who)

    for page in (path, f"{path}/invoice_issued", f"{path}/invoice_issued/content"):
        assert (await browser.get(page)).status_code == (200 if shown else 403)
    assert (f'href="{path}"' in (await browser.get("/", follow_redirects=True)).text) == shown


PLACES = [MailContext(ORIGIN, CUSTOMER, parent, parent) for parent in (PROVIDER, replace(PROVIDER, kind="partner"))]


@pytest.mark.parametrize("topic", CONTENTS)
@pytest.mark.parametrize("context", PLACES, ids=["of the provider", "of a partner"])
def test_the_button_of_a_mail_leads_to_a_page(portal: FastAPI, topic: Topic, context: MailContext) -> None:
    facts = sample_facts(topic, PROVIDER)

    url = CONTENTS[topic](facts, context).button.url

    path = url.removeprefix(ORIGIN)
    assert pages_at(portal, path), path
    assert pages_at(portal, path + "/nowhere") == []


def pages_at(portal: FastAPI, path: str) -> list[str]:
    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    routes = [each.original_route for each in iter_route_contexts(portal.routes)]
    return [route.path for route in routes if isinstance(route, APIRoute) and route.matches(scope)[0] is Match.FULL]
