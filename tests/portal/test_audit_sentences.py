"""The log in sentences for people, with names and links."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from services.portal.audit.actions import AUDITED, action_of, grouped_actions
from services.portal.audit.sentences import SENTENCES
from services.portal.audit.telling import VALUE, details_of
from services.portal.audit.values import VALUES
from services.portal.clients.audit import Entry
from services.portal.permissions import PERMISSIONS
from shared.auth.permissions import table
from shared.events import REGISTRY, Event
from shared.language import Localisation, gettext, localised_for, pgettext
from tests.contracts.freeze import sample_file
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import browser_of, ident
from tests.portal.telling import JONAS, PAGE, entry, log_of, sentences_in

ATTACK = '<script>alert("x")</script>'


def of_sample(event: type[Event], **fields: Any) -> dict[str, Any]:
    body = orjson.loads(sample_file(event).read_bytes())
    envelope = set(Event.model_fields) | {"name", "subject", "subject_version"}
    details = {name: value for name, value in body.items() if name not in envelope}
    return entry(event.name, details, subject={"type": event.subject_type, "id": body["subject"]["id"]}, **fields)


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
@pytest.mark.parametrize("first", range(0, len(AUDITED), 40))
@pytest.mark.parametrize("language", ["en-US", "de-DE"])
async def test_every_events_sentence_is_told_in_both_languages(
    visit: Visit, fakes: FakeServices, first: int, language: str
) -> None:
    names = AUDITED[first : first + 40]
    log_of(fakes, *(of_sample(REGISTRY[name]) for name in names))

    page = await visit("jonas", **{"Accept-Language": language}).get(PAGE)

    for name, told in zip(names, sentences_in(page.text), strict=True):
        assert told.endswith("."), name
        assert "%(" not in told, name
        assert "  " not in told, name


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
        place = {"ip": ATTACK} | dict.fromkeys(browser_of(None, None), ATTACK)
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
@pytest.mark.rule("P30", "P31")
async def test_on_behalf_of_whom_and_from_where_is_told(visit: Visit) -> None:
    page = (await visit("jonas").get(PAGE)).text
    german = (await visit("jonas", **{"Accept-Language": "de-AT"}).get(PAGE)).text

    assert '<span class="chip">on behalf of Northwind Logistics</span>' in page
    assert "203.0.113.7, Firefox on Linux" in page
    assert "203.0.113.7, Firefox unter Linux" in german


@pytest.mark.rule("K14")
@pytest.mark.rule("K14")
@pytest.mark.rule("K14")
@pytest.mark.rule("K15")
@pytest.mark.rule("D28")
def test_what_was_before_and_after_is_one_line() -> None:
    details = {"before": {"name": "A", "city": "Graz"}, "after": {"name": "B", "vat": "U1"}, "old_plan": "S",
               "new_plan": "M", "from_version": 3, "to_version": 4}  # fmt: skip
    read = Entry.model_validate(entry("catering.lunch_served", details))

    changes = [each for each in details_of(read) if "→" in each[1]]

    assert sorted(changes) == [("city", "Graz → –"), ("name", "A → B"), ("plan", "S → M"), ("vat", "– → U1"),
                               ("version", "3 → 4")]  # fmt: skip


def test_permissions_are_called_as_in_the_table_of_them() -> None:
    assert {name: PERMISSIONS.get(name) for name in table()} == {name: each.title for name, each in table().items()}
    assert PERMISSIONS.keys() == table().keys()
    for text in PERMISSIONS.values():
        with localised_for(Localisation("de-DE")):
            assert pgettext("permission", text) != text


@pytest.mark.rule("K14")
async def test_what_somebody_tried_is_told_in_words(visit: Visit, fakes: FakeServices) -> None:
    tried = {"user_id": ident(JONAS), "permission": "service.order", "operation": "POST /api/provisioning/orders"}
    name = "provisioning.attempt_refused"
    newer = entry("billing.attempt_refused", tried | {"permission": "soup.serve", "count": 2})
    log_of(fakes, entry(name, tried | {"count": 1}), entry(name, tried | {"count": 1200}), newer)

    page = (await visit("jonas", **{"Accept-Language": "en-US"}).get(PAGE)).text

    assert sentences_in(page) == [
        "Jonas Weber tried this without being allowed to: Order a service.",
        "Jonas Weber tried this 1,200 times without being allowed to: Order a service.",
        "Jonas Weber tried this 2 times without being allowed to: soup.serve.",
    ]
    assert f'<option value="{name}">Attempt refused (orders and services)</option>' in page


@pytest.mark.rule("I17")
async def test_the_log_says_who_became_a_holder_instead_of_whom(visit: Visit, fakes: FakeServices) -> None:
    mara, eva = ident("mara"), ident("eva")
    change = {"slot": "alternate", "former_user_id": eva, "new_user_id": mara, "other_user_id": None}
    names = {mara: "Mara Lind", eva: "Eva Brandt"}
    log_of(
        fakes,
        entry("identity.holder_changed", change | {"undo_until": None}, names=names),
        entry("identity.holder_changed", change | {"former_user_id": None, "undo_until": None}, names=names),
        *(
            entry("identity.access_changed", {"user_id": mara, "kind": "holder", "previous_role": "admin",
                                              "grant": {"role": "admin", "holder": holder}}, names=names)
            for holder in ("alternate", None)
        ),
        entry("identity.account_not_found", {"address_hint": "k•••@fjord.example"}),
    )  # fmt: skip

    assert sentences_in((await visit("jonas").get(PAGE)).text) == [
        "Mara Lind became Alternate holder instead of Eva Brandt.",
        "Mara Lind became Alternate holder.",
        "Mara Lind is Alternate holder from now on.",
        "Mara Lind is no holder of the account any more.",
        "Jonas Weber looked for the account of k•••@fjord.example, and there is none.",
    ]
