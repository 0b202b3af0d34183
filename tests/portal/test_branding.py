"""What the seller looks like: on pages, on the sign-in page, and the form that changes it."""

from uuid import uuid4

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from services.portal.brand import DARK_CARD, LIGHT_CARD, Brand
from shared.colours import contrast
from shared.events import Envelope
from shared.events.base import Subject
from shared.events.identity import BrandChanged, WorkspaceUpdated
from tests.portal.access_answers import KEY
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident
from tests.portal.settings_answers import LOGO_HASH

PATH = "/w/meridian/branding"
PNG = b"\x89PNG and more"


@given(st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))
def test_text_in_and_on_every_colour_is_readable_in_both_themes(color: str) -> None:
    brand = Brand("Terrafiber", color)

    light, dark = (part.split("--brand-text:")[1][:7] for part in brand.css().split("[data-bs-theme=dark]"))

    assert contrast(color, brand.foreground) >= 4.5
    assert contrast(light, LIGHT_CARD) >= 4.5
    assert contrast(dark, DARK_CARD) >= 4.5


@pytest.mark.rule("O10")
async def test_strangers_see_the_provider_on_the_sign_in_page(visit: Visit, fakes: FakeServices) -> None:
    fakes.brands["larkspur"] = {
        "display_name": "Larkspur Fibre",
        "color": "#ffbf00",
        "imprint_url": "https://larkspur.example/imprint",
        "logo": {"hash": LOGO_HASH, "width": 200, "height": 50},
    }

    page = (await visit().get("/sign-in")).text

    assert "Larkspur Fibre" in page
    assert f'src="/logo/{LOGO_HASH}.png" width="200" height="50"' in page
    assert "--brand:#ffbf00;" in page
    assert '<a href="https://larkspur.example/imprint">Imprint</a>' in page


MERIDIAN = {"display_name": "Meridian Fibre", "color": "#00aa88", "imprint_url": "https://meridian.example/imprint"}
ON_THE_WAY = [
    (f"/p/{KEY}", 200),
    ("/invite?t=" + "token-" * 6, 200),
    ("/invite?t=token-of-an-expired-invitation", 410),
    (f"/sign-in/verify?c={ident('challenge')}&t=secret", 200),
]


@pytest.mark.rule("O10")
@pytest.mark.parametrize(("path", "status"), ON_THE_WAY)
async def test_on_the_way_to_a_workspace_strangers_see_who_sells_to_it(
    visit: Visit, fakes: FakeServices, path: str, status: int
) -> None:
    fakes.brands["meridian"], fakes.leads_to = MERIDIAN, "northwind"

    answer = await visit().get(path)

    assert answer.status_code == status
    assert "· Meridian Fibre</title>" in answer.text
    assert "--brand:#00aa88;" in answer.text
    foot = answer.text.partition('<footer class="foot">')[2]
    assert 'href="https://meridian.example/imprint"' in foot
    assert "mailto:help@meridian.example" in foot


@pytest.mark.rule("O10")
@pytest.mark.parametrize("name", [BrandChanged.name, WorkspaceUpdated.name])
async def test_strangers_see_a_changed_brand_when_its_event_has_come(
    portal: FastAPI, visit: Visit, fakes: FakeServices, name: str
) -> None:
    """A partner without a name of its brand has that of its workspace."""
    before = (await visit().get("/sign-in")).text
    fakes.brands["larkspur"] = {"display_name": "Larkspur Fibre"}
    kept = (await visit().get("/sign-in")).text

    await portal.state.runtime.live.on_event(_heard("brand", "identity.user_changed"))
    other = (await visit().get("/sign-in")).text
    await portal.state.runtime.live.on_event(_heard("brand", name))
    after = (await visit().get("/sign-in")).text

    assert ["Larkspur Fibre" in page for page in (before, kept, other, after)] == [False, False, False, True]


def _heard(subject: str, name: str) -> Envelope:
    return Envelope(name=name, workspace_id=uuid4(), subject=Subject(type=subject, id=uuid4(), version=1))


@pytest.mark.rule("O10")
@pytest.mark.parametrize("leads_to", ["northwind", ""])
async def test_the_page_that_asks_for_the_code_has_the_looks_of_where_it_leads(
    visit: Visit, fakes: FakeServices, leads_to: str
) -> None:
    fakes.brands["meridian"], fakes.leads_to = MERIDIAN, leads_to
    browser = visit()
    await browser.post(f"/p/{KEY}", data={"address": "eva@quarry.example"})

    check = (await browser.get("/sign-in/check")).text
    wrong = (await browser.post("/sign-in/check", data={"code": "000000"})).text

    for page in (check, wrong):
        assert ("· Meridian Fibre</title>" in page) == bool(leads_to)
        assert ("mailto:help@meridian.example" in page) == bool(leads_to)


async def test_without_identity_the_sign_in_page_has_the_looks_of_the_settings(
    visit: Visit, fakes: FakeServices
) -> None:
    fakes.down.add("identity")

    answer = await visit().get("/sign-in")

    assert (answer.status_code, "Larkspur Cloud" in answer.text) == (200, True)


@pytest.mark.rule("O10")
async def test_an_admin_of_a_partner_changes_what_its_customers_see(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")
    entered = {"display_name": "Meridian", "color": "#00aa88", "imprint_url": "https://meridian.example/imprint"}

    shown = await browser.post(PATH, data=entered | {"preview": "true"})
    before = dict(fakes.brands)
    saved = await browser.post(PATH, data=entered)

    assert (shown.status_code, before) == (200, {})
    assert "/brand-sample.css?v=00aa88" in shown.text
    assert saved.headers["location"] == PATH
    assert fakes.brands["meridian"] == dict.fromkeys(("sender_name", "privacy_url", "terms_url")) | entered


async def test_the_samples_say_which_theme_each_is_in_and_have_looks_of_their_own(visit: Visit) -> None:
    samples = (await visit("ana").get(PATH)).text.partition('id="samples"')[2]

    assert samples.count('<p class="sub">Light</p>') == samples.count('<p class="sub">Dark</p>') == 1
    assert samples.count('class="brand-card"') == 2
    assert "gate-card" not in samples, "its padding is for a page"


async def test_what_is_refused_is_said_at_its_field(visit: Visit) -> None:
    answer = await visit("ana").post(PATH, data={"imprint_url": "http://meridian.example"})

    assert (answer.status_code, 'id="imprint_url-about"' in answer.text) == (422, True)


@pytest.mark.rule("O10")
async def test_a_logo_is_uploaded_and_what_is_none_is_refused(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")

    refused = await browser.post("/branding/meridian/logo", files={"logo": ("logo.svg", b"<svg/>", "image/svg+xml")})
    done = await browser.post("/branding/meridian/logo", files={"logo": ("logo.png", PNG, "image/png")})
    page = (await browser.get(PATH)).text

    assert (refused.status_code, 'id="logo-about"' in refused.text) == (422, True)
    assert done.headers["location"] == PATH
    assert f"/logo/{LOGO_HASH}.png" in page


async def test_customers_have_no_brand_to_change(visit: Visit) -> None:
    page = (await visit("jonas").get("/w/northwind/branding")).text

    assert "hidden with your role" in page
    assert 'action="/w/northwind/branding"' not in page


@pytest.mark.parametrize("path", ["/logo/x.png", "/logo/..%2F.png", f"/logo/{'A' * 64}.png"])
async def test_what_is_no_logo_is_not_asked_for(visit: Visit, path: str) -> None:
    assert (await visit().get(path)).status_code == 404


@pytest.mark.parametrize("color", ["", "4f46e5", "}*{display:none", "ffffff%0a", "FFBF00"])
async def test_the_style_sheet_has_only_colours(visit: Visit, color: str) -> None:
    css = (await visit().get("/brand-sample.css", params={"v": color})).text

    assert css.count("{") == 2
    assert "display" not in css
