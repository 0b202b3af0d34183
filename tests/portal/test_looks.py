"""Brand colours, formats in the reader's locale, and static files that browsers cache."""

from datetime import UTC, datetime

import pytest
from babel import Locale
from fastapi import FastAPI

from services.portal import formatting, vocabulary
from services.portal.brand import Brand, contrast
from tests.portal.browsing import Visit

NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("details", "gist"),
    [
        ({"kind": "port", "product_name": "10 Gbps port", "quantity": 1}, "10 Gbps port"),
        ({"number": "LC-2026-000018", "currency": "EUR"}, "LC-2026-000018"),
        ({"topic": "sign_in", "recipient_kind": "mailbox"}, "Sign in"),
        ({"grant": {"role": "read_only", "source": "link"}}, "Read-Only"),
        ({"role": "admin", "address": "mei@northwind.example"}, "mei@northwind.example"),
        ({"ports": 1, "grant": None}, ""),
        ({"address": "tom@meridian.example", "user_id": "7"}, ""),
    ],
)
def test_a_log_entrys_line_has_its_most_telling_detail(details: dict[str, object], gist: str) -> None:
    assert vocabulary.main_detail(details, "tom@meridian.example") == gist


@pytest.mark.parametrize("color", ["#4f46e5", "#f59e0b", "#ffffff", "#000000", "#facc15", "#00ff88", "#7f7f7f"])
def test_any_brand_colour_can_be_read(color: str) -> None:
    brand = Brand("Terrafiber", color)

    css = brand.css()

    assert contrast(color, brand.foreground) >= 4.5
    light, dark = (part.split("--brand-text:")[1][:7] for part in css.split("[data-bs-theme=dark]"))
    assert contrast(light, "#ffffff") >= 4.5
    assert contrast(dark, "#16181d") >= 4.5


@pytest.mark.rule("D20")
@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(1842000, "USD", "$18,420.00"), (1234, "JPY", "¥1,234"), (1234, "KWD", "KWD1.234"), (-41250, "EUR", "-€412.50")],
)
def test_money_is_minor_units_of_its_currency(minor: int, currency: str, text: str) -> None:
    with formatting.reading(Locale("en", "US"), NOW, NOW):
        assert formatting.money(minor, currency) == text


@pytest.mark.rule("D20")
def test_amounts_of_two_currencies_are_never_added() -> None:
    both = [{"currency": "EUR", "amount_minor": 100}, {"currency": "USD", "amount_minor": 200}]

    with formatting.reading(Locale("en", "US"), NOW, NOW):
        assert formatting.amounts(both) == "€1.00 + $2.00"
        assert formatting.amounts([]) == "0.00"


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        ("en-GB,en;q=0.8", "en_GB"),
        ("de-DE,en-IE;q=0.5", "en_IE"),
        ("de", "en_US"),
        ("", "en_US"),
        ("en", "en_US"),
        ("en-XX-nonsense!!", "en_US"),
    ],
)
def test_formats_follow_the_readers_region_within_the_languages_of_the_pages(asked: str, chosen: str) -> None:
    assert str(formatting.choose_locale(asked)) == chosen


async def test_static_files_are_cached_for_ever_under_names_with_their_hash(portal: FastAPI, visit: Visit) -> None:
    url = portal.state.static_files.url("app.css")

    plain = await visit().get(url, headers={"Accept-Encoding": "identity"})
    packed = await visit().get(url, headers={"Accept-Encoding": "gzip"})
    gone = await visit().get("/static/app.0000000000.css")

    assert "immutable" in plain.headers["cache-control"]
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert "asset:" not in plain.text
    assert gone.status_code == 404


async def test_probes_answer_under_any_host(visit: Visit) -> None:
    alive = await visit().get("/healthz", headers={"Host": "10.1.2.3:8000"})

    assert alive.status_code == 200
