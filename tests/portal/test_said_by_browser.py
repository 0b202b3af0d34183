"""What the portal tells identity of a browser's language and time zone, when somebody signs in with it."""

import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

CHALLENGES = "/api/identity/sign-in-challenges"
REDEEM = f"{CHALLENGES}/{ident('challenge')}/redeem"


@pytest.mark.rule("D28")
@pytest.mark.parametrize(
    ("language", "cookie", "said"),
    [
        ("de-AT,en;q=0.5", "Europe/Vienna", {"locale": "de-AT", "time_zone": "Europe/Vienna"}),
        ("de-AT", None, {"locale": "de-AT"}),
        ("de-AT", "Europe/Atlantis", {"locale": "de-AT"}),
        ("fr-FR,en-IE;q=0.5", None, {"locale": "en-IE"}),
        ("fr-FR", "Europe/Paris", {"time_zone": "Europe/Paris"}),
        ("en-XA", "Europe/Vienna", {"time_zone": "Europe/Vienna"}),
    ],
)
async def test_signing_in_tells_what_can_be_chosen_of_it(
    visit: Visit, fakes: FakeServices, language: str, cookie: str | None, said: dict[str, str]
) -> None:
    browser = visit(**{"Accept-Language": language})
    if cookie:
        browser.cookies.set("zone", cookie, domain="portal.larkspur.example")

    await browser.post("/sign-in", data={"address": "ana@meridian.example"})
    await browser.post("/sign-in/check", data={"code": "123456"})

    [asked], [redeemed] = fakes.sent("POST", CHALLENGES), fakes.sent("POST", REDEEM)
    assert asked.get("locale") == said.get("locale")
    assert {name: redeemed[name] for name in ("locale", "time_zone") if name in redeemed} == said


@pytest.mark.rule("D28")
async def test_a_code_that_completes_an_invitation_is_asked_for_in_the_browsers_language(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit(**{"Accept-Language": "de"})

    await browser.post("/invite", data={"t": "token-of-an-invitation"})

    [asked] = fakes.sent("POST", f"{CHALLENGES}/invited")
    assert asked["locale"] == "de-DE"
