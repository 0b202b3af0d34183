"""Brand colours, formats in the reader's locale, and static files that browsers cache."""

import pytest
from fastapi import FastAPI

from services.portal.brand import Brand
from shared.colours import contrast
from shared.language import choose_tag, formats
from tests.portal.browsing import Visit


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
    assert formats.money(minor, currency) == text


@pytest.mark.rule("D20")
def test_amounts_of_two_currencies_are_never_added() -> None:
    both = [{"currency": "EUR", "amount_minor": 100}, {"currency": "USD", "amount_minor": 200}]

    assert formats.amounts(both) == "€1.00 + $2.00"
    assert formats.amounts([]) == "0.00"


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        ("en-GB,en;q=0.8", "en-GB"),
        ("fr-FR,en-IE;q=0.5", "en-IE"),
        ("de", "de-DE"),
        ("de-at", "de-AT"),
        ("", "en-US"),
        ("en", "en-US"),
        ("en-XX-nonsense!!", "en-US"),
    ],
)
def test_formats_follow_the_readers_region_within_the_languages_of_the_pages(asked: str, chosen: str) -> None:
    assert choose_tag(asked) == chosen


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
