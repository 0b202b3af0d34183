"""The pages about the events between the services, for the provider's staff."""

import json
import re

import pytest

from deploy.environment import ROOT, SERVICES
from services.portal.event_documents.documents import FOLDER, Documents, read_documents
from services.portal.event_documents.fields import Field
from shared.events import REGISTRY, Envelope
from tests.harness.services import service_named
from tests.portal.browsing import Visit

PATH = "/provider/larkspur/events"


@pytest.fixture(scope="module")
def documents() -> Documents:
    return read_documents()


def text_of(page: str, start: str) -> str:
    """The words of one article, from its heading on."""
    found = re.search(rf'<h3 id="{re.escape(start)}".*?</article>', page, re.DOTALL)
    assert found, start
    return " ".join(re.sub(r"<[^>]+>", "", found[0].replace("<wbr>", "")).split())


async def test_the_index_leads_to_each_service_and_each_message(visit: Visit) -> None:
    page = (await visit("lars").get(PATH)).text

    for service in SERVICES:
        assert f'href="{PATH}/{service}"' in page
        assert f'href="{PATH}/{service}/asyncapi.json"' in page
    for name, event in REGISTRY.items():
        assert f'href="{PATH}/{event.publisher}#sent-{name}"' in page


async def test_an_event_that_a_service_sends_is_shown_with_meaning_route_and_fields(visit: Visit) -> None:
    page = (await visit("lars").get(f"{PATH}/billing")).text

    told = text_of(page, "sent-billing.invoice_issued")
    for words in ("An invoice was numbered and issued", "Exchange billing.events", "Routing key billing.invoice_issued",
                  "Heard by notifications, audit", "7 fields", "due_on date yes The last day to pay it."):  # fmt: skip
        assert words in told
    assert "Heard by audit" in text_of(page, "sent-billing.payment_started")


async def test_an_event_that_a_service_receives_is_shown_with_queue_and_sender(visit: Visit) -> None:
    browser = visit("lars")

    notifications = (await browser.get(f"{PATH}/notifications")).text
    audit = (await browser.get(f"{PATH}/audit")).text

    told = text_of(notifications, "notifications.on.access-identity.access_granted")
    for words in ("Queue notifications.on.access", "Sent by identity", "grant.role text yes"):
        assert words in told
    secret = text_of(notifications, "notifications.on.secret_mail-notifications.on.secret_mail")
    assert "Exchange identity.commands" in secret
    assert "one of sign_in, invitation" in secret
    assert "every event of billing" in text_of(audit, "audit.on.all-billing.events")


async def test_an_event_for_open_pages_only_says_so(visit: Visit) -> None:
    page = (await visit("lars").get(f"{PATH}/provisioning")).text

    told = text_of(page, "sent-provisioning.order_progressed")
    assert "Exchange portico.live" in told
    assert "Heard by open pages of the portal" in told


async def test_no_two_places_of_a_page_have_one_name(visit: Visit) -> None:
    for service in SERVICES:
        page = (await visit("lars").get(f"{PATH}/{service}")).text
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), service


async def test_the_document_is_a_download(visit: Visit) -> None:
    answer = await visit("lars").get(f"{PATH}/audit/asyncapi.json")

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == 'attachment; filename="asyncapi-audit.json"'
    assert answer.content == (FOLDER / "audit.json").read_bytes()


async def test_an_unknown_service_is_not_found(visit: Visit) -> None:
    for path in (f"{PATH}/shop", f"{PATH}/shop/asyncapi.json", f"{PATH}/../events/..%2Fbilling"):
        assert (await visit("lars").get(path)).status_code == 404


@pytest.mark.parametrize(
    ("who", "path", "shown"),
    [("lars", PATH, True), ("lars-regular", PATH, True), ("lars-reading", PATH, False), ("lars-support", PATH, False),
     ("ana", "/provider/meridian/events", False), ("jonas", "/provider/northwind/events", False)],
)  # fmt: skip
async def test_only_admins_and_regular_users_of_the_provider_see_them(
    visit: Visit, who: str, path: str, shown: bool
) -> None:
    browser = visit(who)

    for page in (path, f"{path}/billing", f"{path}/billing/asyncapi.json"):
        assert (await browser.get(page)).status_code == (200 if shown else 403)
    assert (f'href="{path}"' in (await browser.get("/", follow_redirects=True)).text) == shown


def test_pages_know_all_that_services_send_and_hear(documents: Documents) -> None:
    assert {sent.key for sent in documents.sent} == REGISTRY.keys() | {
        "notifications.on.secret_mail", "notifications.on.invoice_document",
    }  # fmt: skip
    for service in SERVICES:
        heard = {(each.queue, each.exchange, each.key) for each in documents.services[service].hears}
        listeners = service_named(service).events.listeners
        assert heard == {(one.queue, *source) for one in listeners for source in one.sources}


def test_an_events_fields_are_those_beside_the_envelope(documents: Documents) -> None:
    assert {each.name for each in documents.envelope if "." not in each.name} == Envelope.model_fields.keys()
    [changed] = [each for each in documents.sent if each.key == "billing.mrr_changed"]
    assert [(each.name, each.type) for each in changed.fields[:3]] == [
        ("mrr", "list of objects"), ("mrr[].currency", "text"), ("mrr[].amount_minor", "whole number"),
    ]  # fmt: skip
    assert "movement" in [each.name for each in changed.fields]


def test_optional_and_nullable_fields_are_marked(documents: Documents) -> None:
    [placed] = [each for each in documents.sent if each.key == "provisioning.order_placed"]

    fields = {each.name: each for each in placed.fields}
    meaning = "The bill group that pays. Null means the workspace's default bill group."
    assert fields["bill_group_id"] == Field("bill_group_id", "id, or nothing", False, meaning)
    assert fields["quantity"].required


def test_the_image_gets_the_documents_that_the_portal_reads() -> None:
    assert FOLDER == ROOT / "docs" / "asyncapi"
    assert "COPY docs/asyncapi docs/asyncapi\n" in (ROOT / "deploy/Dockerfile").read_text()
    assert "!docs/asyncapi\n" in (ROOT / ".dockerignore").read_text()
    assert all(json.loads((FOLDER / f"{service}.json").read_text()) for service in SERVICES)
