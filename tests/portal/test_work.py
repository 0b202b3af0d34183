"""What pages say of the work on orders and services, in the reader's language."""

import re
from collections.abc import Iterable, Mapping

import httpx
import pytest

from services.notifications.mails.services import FAILURES as MAILED
from services.portal import work
from services.provisioning.drivers import DRIVERS
from services.provisioning.drivers.texts import Code
from services.provisioning.operations import texts
from services.provisioning.orders.renewing import FAILURES as RENEWAL_FAILURES
from shared.language import Localisation, gettext, localised_for
from tests.portal import business, operations_answers
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident
from tests.portal.telling import PAGE, entry, log_of, sentences_in

GERMAN = Localisation("de-DE")
TITLES: list[type[Code]] = [driver.titles for driver in DRIVERS.values()]
MESSAGES: list[type[Code]] = [texts.Message, *(driver.messages for driver in DRIVERS.values())]
FAILURES: list[type[Code]] = [texts.Failure, *(driver.failures for driver in DRIVERS.values())]
UNDO_FAILURES: list[type[Code]] = [driver.undo_failures for driver in DRIVERS.values()]
"""Which no mail tells of: creation is not undone."""
GERMAN_FAILURE = "Die simulierte Infrastruktur hat Schritt 2 verweigert, wie ihre Optionen es vorsehen."


def english_of(codes: Iterable[type[Code]]) -> dict[str, str]:
    return {code.value: code.english for each in codes for code in each}


def test_everything_that_a_driver_says_has_words_with_the_same_values() -> None:
    assert dict(work.TITLES) == english_of(TITLES)
    assert dict(work.MESSAGES) == english_of(MESSAGES)
    of_renewals = {f"renewal_{reason}": text for reason, text in RENEWAL_FAILURES.items()}
    assert dict(work.FAILURES) == english_of([*FAILURES, *UNDO_FAILURES]) | of_renewals
    assert dict(MAILED) == english_of(FAILURES)


def test_no_two_drivers_mean_different_things_by_one_code() -> None:
    for codes in (TITLES, [*MESSAGES, *FAILURES, *UNDO_FAILURES]):
        said = [(code.value, code.english) for each in codes for code in each]
        assert len({code for code, _ in said}) == len(set(said))


def test_everything_that_a_driver_says_is_said_in_german() -> None:
    english = [*work.TITLES.items(), *work.MESSAGES.items(), *work.FAILURES.items()]
    with localised_for(GERMAN):
        german = [*work.TITLES.values(), *work.MESSAGES.values(), *work.FAILURES.values()]
        assert [code for (code, text), said in zip(english, german, strict=True) if text == said] == []
        assert [text for text in MAILED.values() if gettext(text) == text] == []


@pytest.mark.parametrize(
    ("code", "values", "told"),
    [
        ("simulator_refused", {"step": 2}, GERMAN_FAILURE),
        ("acme_no_optics", {"site": "FRA-02"}, "Own words, 100%."),
        ("simulator_refused", {}, "Own words, 100%."),
        (None, {}, "Own words, 100%."),
    ],
)
def test_what_has_no_words_is_told_in_the_drivers_own(
    code: str | None, values: Mapping[str, int | str], told: str
) -> None:
    with localised_for(GERMAN):
        assert work.said("Own words, 100%.", code, values) == told


@pytest.fixture
def refused(fakes: FakeServices) -> None:
    """An order whose second step was refused, and its service."""
    why = {"failure": "English.", "failure_code": "simulator_refused", "failure_values": {"step": 2}}
    detail = {"detail": "English.", "detail_code": "simulator_refused", "detail_values": {"step": 2}}
    order = business.order(1)
    order["steps"][0] |= {"title": "English title", "key": "reserve_capacity", "detail": "", "state": "done"}
    order["steps"][1] |= {"title": "Acme's own title", "key": "acme_title", "state": "failed"} | detail
    service = business.service("service-1", "Port", business.PORT)
    service["operation"] |= {"state": "failed", "message": "English.", "message_code": "simulator_refused",
                             "message_values": {"step": 2}}  # fmt: skip
    failed = business.failed_order("ORD-1042", "Northwind Logistics", "Port", days=3) | why
    about = {f"orders/{ident('order')}": order | why | {"state": "failed"},
             f"services/{ident('service-1')}": operations_answers.detail(service),
             "failed-orders": {"items": [failed], "next": None}}  # fmt: skip
    for path, answer in about.items():
        fakes.replies["GET", f"/api/provisioning/{path}"] = httpx.Response(200, json=answer)


async def test_pages_tell_steps_and_failures_in_the_readers_language(visit: Visit, refused: None) -> None:
    jonas, lars = (visit(who, **{"Accept-Language": "de"}) for who in ("jonas", "lars"))
    order = (await jonas.get(f"/w/northwind/orders/{ident('order')}")).text
    service = (await jonas.get(f"/w/northwind/services/{ident('service-1')}")).text
    failed = (await lars.get("/provider/larkspur/failed-orders")).text

    for page in (order, service, failed):
        assert GERMAN_FAILURE in page
        assert "English title" not in page
        assert "English." not in page
    assert "Kapazität reservieren" in order
    assert "Acme&#39;s own title" in order


async def test_the_log_tells_why_and_of_older_entries_in_the_drivers_own_words(
    visit: Visit, fakes: FakeServices
) -> None:
    about = {
        "service_id": ident("service-1"),
        "display_name": "Port",
        "step": 2,
        "reason": "The optics did not answer.",
    }
    coded = about | {"reason_code": "simulator_refused", "reason_values": {"step": 2}}
    log_of(fakes, *(entry("provisioning.service_provisioning_failed", each) for each in (coded, about)))

    page = await visit("jonas", **{"Accept-Language": "de"}).get(PAGE)

    said = [re.sub("<[^>]*>", "", each) for each in sentences_in(page.text)]
    failed = "Der Dienst Port konnte nicht bereitgestellt werden: Schritt 2 ist fehlgeschlagen."
    assert said == [f"{failed} {GERMAN_FAILURE}", f"{failed} The optics did not answer."]
