"""The log in sentences for people, with names and links."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest

from services.portal.audit.actions import AUDITED, action_of, grouped_actions
from services.portal.audit.sentences import SENTENCES
from services.portal.audit.telling import VALUE, details_of
from services.portal.audit.values import VALUES
from services.portal.clients.audit import Entry
from shared.events import REGISTRY, Event
from shared.language import Localisation, gettext, localised_for
from tests.contracts.freeze import sample_file
from tests.portal.browsing import Visit
from tests.portal.business import ENTRIES
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

ATTACK = '<script>alert("x")</script>'
LIST, PAGE = "/api/audit/entries", "/w/northwind/audit"
JONAS = "jonas@northwind.example"


def entry(action: str, details: dict[str, Any], **fields: Any) -> dict[str, Any]:
    actor = {"id": ident(JONAS), "address": JONAS, "display_name": "Jonas Weber", "via": "self"}
    made = ENTRIES[0] | {"id": str(uuid4()), "action": action, "details": details, "actor": actor, "place": None}
    return made | fields


def of_sample(event: type[Event], **fields: Any) -> dict[str, Any]:
    body = orjson.loads(sample_file(event).read_bytes())
    envelope = set(Event.model_fields) | {"name", "subject", "subject_version"}
    details = {name: value for name, value in body.items() if name not in envelope}
    return entry(event.name, details, subject={"type": event.subject_type, "id": body["subject"]["id"]}, **fields)


def log_of(fakes: FakeServices, *entries: dict[str, Any]) -> None:
    fakes.replies["GET", LIST] = httpx.Response(200, json={"items": list(entries), "next": None})


def sentences_in(page: str) -> list[str]:
    """What is told, one after the other, as text with its links."""
    found = re.findall(r'<span class="sentence">(.*?)</span>', page, re.DOTALL)
    return [" ".join(text.split()) for text in found]


def texts() -> Iterator[tuple[str, str]]:
    for name, sentences in SENTENCES.items():
        for text in sentences:
            yield name, text


@pytest.mark.rule("K14")
@pytest.mark.parametrize("name", AUDITED)
def test_every_event_has_a_sentence_and_an_action(name: str) -> None:
    assert name.rpartition(".")[2] in SENTENCES
    assert action_of(name)
    assert name in {value for _, options in grouped_actions() for value, _ in options}


@pytest.mark.parametrize(("name", "text"), list(texts()))
def test_a_sentence_is_text_with_values_that_are_known_and_a_german_one_says_the_same(name: str, text: str) -> None:
    assert set(VALUE.findall(text)) <= VALUES.keys()
    assert not set(text) & set('<>&"'), name
    with localised_for(Localisation("de-DE")):
        german = gettext(text)
    assert german != text
    assert sorted(VALUE.findall(german)) == sorted(VALUE.findall(text))
    assert not set(german) & set('<>&"')


@pytest.mark.rule("K14")
@pytest.mark.parametrize("name", AUDITED)
@pytest.mark.parametrize("language", ["en-US", "de-DE"])
async def test_every_events_sentence_is_told_in_both_languages(
    visit: Visit, fakes: FakeServices, name: str, language: str
) -> None:
    log_of(fakes, of_sample(REGISTRY[name]))

    page = await visit("jonas", **{"Accept-Language": language}).get(PAGE)

    assert sentences_in(page.text), page.text
    [told] = sentences_in(page.text)
    assert told.endswith(".")
    assert "%(" not in told
    assert "  " not in told


@pytest.mark.rule("K14")
async def test_who_did_what_is_told_with_names_and_links(visit: Visit, fakes: FakeServices) -> None:
    invoice = {"invoice_id": ident("invoice"), "number": "LC-2026-000012", "total_minor": 111925, "currency": "EUR"}
    fakes_user = ident("rosa")
    changed = {"user_id": fakes_user, "previous_role": "regular", "grant": {"role": "admin"}}
    log_of(
        fakes,
        entry("billing.invoice_paid", invoice),
        entry("identity.access_changed", changed, names={fakes_user: "Rosa Lind"}),
        entry("billing.invoice_paid", {k: v for k, v in invoice.items() if k != "total_minor"}, hidden=["total_minor"]),
        entry("billing.payment_succeeded", {"invoice_id": ident("invoice")}),
        entry("catering.lunch_served", {"soup": "leek"}),
    )

    page = await visit("jonas", **{"Accept-Language": "en-US"}).get(PAGE)

    link = f'<a href="/w/northwind/billing/invoices/{ident("invoice")}">LC-2026-000012</a>'
    assert sentences_in(page.text) == [
        f"Jonas Weber paid invoice {link}, €1,119.25.",
        "Jonas Weber changed the role of Rosa Lind from Regular to Admin.",
        f"Jonas Weber paid invoice {link}.",
        "The payment that Jonas Weber began for invoice was received.",
        "Lunch served",
    ]
    assert "previous_role" in page.text
    assert "regular → admin" in page.text


async def test_what_others_wrote_is_escaped_wherever_it_is_told(visit: Visit, fakes: FakeServices) -> None:
    def attacked(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: attacked(each) for name, each in value.items()}
        return [attacked(each) for each in value] if isinstance(value, list) else ATTACK

    entries = []
    for name in AUDITED:
        sample = of_sample(REGISTRY[name])
        ids = {key: value for key, value in sample["details"].items() if key.endswith("_id")}
        actor = {"id": ident("eve"), "address": ATTACK, "display_name": ATTACK, "via": "self"}
        names = dict.fromkeys(map(str, ids.values()), ATTACK)
        place = {"ip": ATTACK, "browser": ATTACK}
        entries.append(sample | {"details": attacked(sample["details"]) | ids, "actor": actor, "names": names,
                                 "place": place, "hidden": [ATTACK]})  # fmt: skip
    log_of(fakes, *entries)

    for path in (PAGE, "/w/northwind/"):
        page = await visit("jonas").get(path)
        assert page.status_code == 200
        assert ATTACK not in page.text
        assert "&lt;script&gt;" in page.text


async def test_details_of_a_form_that_nobody_knows_take_no_sentence_with_them(
    visit: Visit, fakes: FakeServices
) -> None:
    odd: list[Any] = [None, 7, [], {}, "x", [[1]], {"a": 1}]
    entries = [entry(name, dict.fromkeys(REGISTRY[name].model_fields, value)) for name in AUDITED for value in odd]
    entries += [entry(name, {}) | {"details": details} for name in AUDITED for details in ({}, None)]
    log_of(fakes, *entries)

    page = await visit("jonas").get(PAGE)

    assert page.status_code == 200
    assert "%(" not in page.text


@pytest.mark.rule("K14")
async def test_consecutive_entries_of_the_system_are_one_row(visit: Visit, fakes: FakeServices) -> None:
    counts = {"ports": 1, "virtual_circuits": 0, "cloud_connections": 0}
    noise = [entry("provisioning.service_counts_changed", counts | {"ports": n}) for n in range(3)]
    signed_in = entry("identity.user_signed_in", {"user_id": ident(JONAS), "method": "code"})
    log_of(fakes, *noise, signed_in, noise[0])

    page = (await visit("jonas", **{"Accept-Language": "en-US"}).get(PAGE)).text
    german = (await visit("jonas", **{"Accept-Language": "de-DE"}).get(PAGE)).text
    asked_for = (await visit("jonas").get(f"{PAGE}?action=provisioning.service_counts_changed")).text
    overview = (await visit("jonas").get("/w/northwind/")).text

    assert page.count("3 system entries") == 1
    assert page.count("data-row=") == 3, "the fold, the sign-in, the single one"
    assert "5 shown" in page
    assert "3 Einträge des Systems" in german
    assert "Jonas Weber hat sich angemeldet." in german
    assert "system entries" not in asked_for
    assert sentences_in(overview) == ["Jonas Weber signed in."]


@pytest.mark.rule("P30", "P31")
async def test_on_behalf_of_whom_and_from_where_is_told(visit: Visit) -> None:
    page = (await visit("jonas").get(PAGE)).text

    assert '<span class="chip">on behalf of Northwind Logistics</span>' in page
    assert "203.0.113.7, Firefox on Linux" in page


@pytest.mark.rule("K14")
async def test_an_entry_has_a_permanent_address_and_its_object_a_history(visit: Visit, fakes: FakeServices) -> None:
    browser, one = visit("jonas"), ENTRIES[1]
    listed = (await browser.get(PAGE)).text
    single = await browser.get(f"{PAGE}/{one['id']}")
    history = (await browser.get(f"{PAGE}?subject={ident('order')}&action=x&on_behalf=true&since=2026-11-01")).text

    assert f'href="{PAGE}/{one["id"]}"' in listed
    assert f'href="{PAGE}?subject={ident("order")}"' in listed
    assert "ordered" in single.text
    assert one["correlation_id"] in single.text
    asked = [each.url.params for each in fakes.seen if each.url.path == LIST][-1]
    assert (asked["subject_id"], asked["from"][:10]) == (ident("order"), "2026-11-01")
    assert not {"action", "via", "actor_id"} & set(asked)
    assert f'name="subject" value="{ident("order")}"' in history
    assert 'name="action"' not in history
    assert (await browser.get(f"{PAGE}/{uuid4()}")).status_code == 404


@pytest.mark.rule("K14")
async def test_an_entry_shows_what_else_happened_with_it(visit: Visit, fakes: FakeServices) -> None:
    browser, one = visit("jonas", **{"Accept-Language": "en-US"}), ENTRIES[1]
    many = [entry("identity.user_signed_in", {"user_id": ident(JONAS), "method": "code"}) for _ in range(21)]
    fakes.replies["GET", LIST] = httpx.Response(200, json={"items": [one, *many], "next": "more"})

    page = (await browser.get(f"{PAGE}/{one['id']}")).text
    asked = [each.url.params for each in fakes.seen if each.url.path == LIST][-1]
    log_of(fakes, one)
    alone = (await browser.get(f"{PAGE}/{one['id']}")).text
    log_of(fakes, one, *many)
    listed = (await browser.get(f"{PAGE}?request={one['correlation_id']}&action=x&actor={uuid4()}")).text

    assert (asked["correlation_id"], asked["limit"]) == (one["correlation_id"], "21")
    assert sentences_in(page) == ["Jonas Weber signed in."] * 20
    assert f'href="{PAGE}?request={one["correlation_id"]}"' in page
    assert "What else happened with it" not in alone
    asked = [each.url.params for each in fakes.seen if each.url.path == LIST][-1]
    assert asked["correlation_id"] == one["correlation_id"]
    assert not {"action", "actor_id"} & set(asked)
    assert "Entries of one request" in listed
    assert f'name="request" value="{one["correlation_id"]}"' in listed


@pytest.mark.rule("K14")
async def test_the_log_is_a_table_like_every_other(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas", **{"Accept-Language": "en-US"})
    query = f"action=billing.invoice_paid&actor={ident('gone')}&on_behalf=true&since=2026-11-01"
    page = (await browser.get(f"{PAGE}?{query}")).text
    rows = await visit("jonas", **{"HX-Request": "true"}).get(f"{PAGE}?{query}")
    log_of(fakes)
    nothing_matches = (await browser.get(f"{PAGE}?since=2026-11-01")).text
    nothing_yet = (await browser.get(PAGE)).text
    hers = (await visit("rosa", **{"Accept-Language": "en-US"}).get(PAGE)).text

    for name in ("action", "actor", "on_behalf", "since", "until"):
        assert f'name="{name}"' in page
    assert '<option value="billing.invoice_paid" selected>Invoice paid</option>' in page
    assert f'<option value="{ident("gone")}" selected>The chosen person</option>' in page
    assert "<optgroup" in page
    assert "<html" not in rows.text
    assert 'id="table-entries"' in rows.text
    assert 'value="jsonl"' in rows.text
    assert "Nothing matches" in nothing_matches
    assert f'href="{PAGE}"' in nothing_matches
    assert "Nothing has happened yet" in nothing_yet
    assert 'name="actor"' not in hers


@pytest.mark.rule("K15")
async def test_who_sees_their_own_entries_is_offered_no_filter_of_others(visit: Visit) -> None:
    page = (await visit("rosa").get(f"{PAGE}?on_behalf=true")).text

    assert 'name="on_behalf"' not in page
    assert "History of this object" not in page


@pytest.mark.rule("D28")
async def test_days_are_those_of_the_reader(visit: Visit, fakes: FakeServices) -> None:
    fakes.sessions["jonas"].preferences = {"locale": "de-AT", "time_zone": "Asia/Tokyo"}

    await visit("jonas").get(f"{PAGE}?since=2026-11-01&until=2026-11-02")

    asked = next(each for each in fakes.seen if each.url.path == LIST).url.params
    assert datetime.fromisoformat(asked["from"]) == datetime.fromisoformat("2026-10-31T15:00:00+00:00")
    assert datetime.fromisoformat(asked["to"]) == datetime.fromisoformat("2026-11-02T15:00:00+00:00")
    for day in ("0001-01-01", "9999-12-31", "tomorrow"):
        assert (await visit("jonas").get(f"{PAGE}?since={day}&until={day}")).status_code == 200


def test_what_was_before_and_after_is_one_line() -> None:
    details = {"before": {"name": "A", "city": "Graz"}, "after": {"name": "B", "vat": "U1"}, "old_plan": "S",
               "new_plan": "M", "from_version": 3, "to_version": 4}  # fmt: skip
    read = Entry.model_validate(entry("catering.lunch_served", details))

    changes = [each for each in details_of(read) if "→" in each[1]]

    assert sorted(changes) == [("city", "Graz → –"), ("name", "A → B"), ("plan", "S → M"), ("vat", "– → U1"),
                               ("version", "3 → 4")]  # fmt: skip
