"""The pages of the log: a table that folds what only follows, an object's history, and one entry."""

from datetime import datetime
from uuid import uuid4

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.entries import ENTRIES
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident
from tests.portal.telling import JONAS, LIST, PAGE, entry, log_of, sentences_in


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


async def test_days_are_those_of_the_reader(visit: Visit, fakes: FakeServices) -> None:
    fakes.sessions["jonas"].preferences = {"locale": "de-AT", "time_zone": "Asia/Tokyo"}

    await visit("jonas").get(f"{PAGE}?since=2026-11-01&until=2026-11-02")

    asked = next(each for each in fakes.seen if each.url.path == LIST).url.params
    assert datetime.fromisoformat(asked["from"]) == datetime.fromisoformat("2026-10-31T15:00:00+00:00")
    assert datetime.fromisoformat(asked["to"]) == datetime.fromisoformat("2026-11-02T15:00:00+00:00")
    for day in ("0001-01-01", "9999-12-31", "tomorrow"):
        assert (await visit("jonas").get(f"{PAGE}?since={day}&until={day}")).status_code == 200
