"""The page of setting up a new installation: what is done is read from the services, and nothing else."""

import re

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.settings_answers import LOGO_HASH
from tests.portal.setup_answers import after_test

PATH = "/provider/larkspur/setup"
NO_CUSTOMERS = {"customers": 0, "inactive": 0, "never": 0, "invited": 0, "expiring": 0}
FACE = {"support_address": "help@larkspur.example", "postal_lines": ["14 Observatory Lane"]}
BRAND = {
    "color": "#206bc4",
    "logo": {"hash": LOGO_HASH, "width": 200, "height": 50},
    "imprint_url": "https://larkspur.example/imprint",
    "privacy_url": "https://larkspur.example/privacy",
}


def step(page: str, name: str) -> str:
    """The row of a step."""
    [found] = re.findall(rf'<li class="[^"]*"\s+id="step-{name}">.*?</li>', page, re.DOTALL)
    return str(found)


def is_done(page: str, name: str) -> bool:
    return 'class="done"' in step(page, name)


@pytest.fixture
def new(fakes: FakeServices) -> FakeServices:
    """A new installation, in which nothing was done."""
    fakes.setup_due = True
    fakes.replies["GET", "/api/provisioning/catalogue"] = httpx.Response(200, json={"items": [], "next": None})
    fakes.replies["GET", "/api/identity/customers/summary"] = httpx.Response(200, json=NO_CUSTOMERS)
    nobody = {"items": [], "next": None, "totals": None, "inactive_hidden": 0, "too_many_found": False}
    fakes.replies["GET", "/api/identity/customers"] = httpx.Response(200, json=nobody)
    return fakes


async def test_new_installation_lists_what_is_missing_and_where_it_is_done(visit: Visit, new: FakeServices) -> None:
    page = (await visit("lars").get(PATH)).text

    assert "0 of 5 done" in page
    assert "a support address, a postal address, an imprint, a privacy notice" in step(page, "company")
    for name, href in (
        ("company", "/w/larkspur/settings"),
        ("company", "/w/larkspur/branding"),
        ("brand", "/w/larkspur/branding"),
        ("mail", "#mail"),
        ("product", "/provider/larkspur/products/new"),
        ("customer", "/provider/larkspur/customers/new"),
    ):
        assert f'href="{href}"' in step(page, name)
    assert "Hide this page" in page


async def test_customer_that_is_added_leads_to_its_invitation(visit: Visit, new: FakeServices) -> None:
    del new.replies["GET", "/api/identity/customers"]

    found = step((await visit("lars").get(PATH)).text, "customer")

    assert re.search(r'href="/provider/larkspur/invitations/[0-9a-f-]{36}"', found)
    assert "nobody is invited there yet" in found
    assert "/customers/new" not in found


async def test_what_was_done_is_read_from_the_services(visit: Visit, new: FakeServices) -> None:
    new.faces["larkspur"], new.brands["larkspur"], new.mail_setup = FACE, BRAND, after_test("sent")
    new.replies.clear()

    page = (await visit("lars").get(PATH)).text

    assert [name for name in ("company", "brand", "mail", "product", "customer") if is_done(page, name)] == [
        "company", "brand", "mail", "product", "customer",
    ]  # fmt: skip
    assert "All is set up" in page
    assert "Finish setting up" in page


async def test_product_without_a_price_leads_to_its_first_plan(visit: Visit, new: FakeServices) -> None:
    del new.replies["GET", "/api/provisioning/catalogue"]
    new.replies["GET", "/api/billing/plans"] = httpx.Response(200, json={"items": [], "next": None})

    row = step((await visit("lars").get(PATH)).text, "product")

    assert "has no price yet" in row
    assert re.search(r'href="/provider/larkspur/products/[a-z-]+/plans/new"', row)


async def test_service_that_is_down_leaves_its_steps_open_and_the_others_readable(
    visit: Visit, new: FakeServices
) -> None:
    new.down.add("notifications")

    answer = await visit("lars").get(PATH)

    assert answer.status_code == 200
    assert "cannot be read just now" in step(answer.text, "mail")
    assert "How mails are sent cannot be shown just now" in answer.text
    assert "a support address" in step(answer.text, "company")


async def test_test_mail_is_sent_by_a_button_and_the_panel_reads_itself_again(visit: Visit, new: FakeServices) -> None:
    browser = visit("lars")
    before = (await browser.get(PATH)).text
    [key] = re.findall(r'name="idempotency_key"\s+value="([^"]+)"', before)

    answer = await browser.post(f"{PATH}/test-mail", data={"idempotency_key": key})
    after = (await browser.get(PATH)).text
    new.mail_setup = after_test("sent")
    panel = (await browser.get(PATH, headers={"HX-Request": "true"})).text

    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}#mail")
    [asked] = [each for each in new.seen if each.method == "POST" and each.url.path.endswith("/mail-tests")]
    assert asked.headers["idempotency-key"] == key
    assert "hx-trigger" not in before.partition('id="mail"')[2].partition(">")[0]
    assert 'hx-trigger="every 2s"' in after
    assert "The test mail is on its way." in after
    assert "<html" not in panel
    assert "hx-trigger" not in panel
    assert "mail.larkspur.example:587 accepted the test mail" in panel


@pytest.mark.parametrize(
    ("state", "why", "code", "said"),
    [
        ("failed", "refused", 550, "refused it with the code 550"),
        ("deferred", "refused", 535, "Look at the user and the password in PORTICO_SMTP_URL"),
        ("deferred", "not_reached", None, "was not reached"),
        ("caught", None, None, "There is no mail server"),
        ("suppressed", "bounced", None, "mails to your address come back"),
        ("failed", "not_written", None, "The log of notifications says why"),
    ],
)
async def test_what_is_in_the_way_of_mails_is_said_and_the_step_stays_open(
    visit: Visit, new: FakeServices, state: str, why: str | None, code: int | None, said: str
) -> None:
    new.mail_setup = after_test(state, why, code)

    page = (await visit("lars").get(PATH)).text

    assert said in page
    assert not is_done(page, "mail")


async def test_test_that_no_worker_has_taken_says_what_to_look_at(visit: Visit, new: FakeServices) -> None:
    new.mail_setup = after_test("asked", hours=0.1)

    page = (await visit("lars").get(PATH)).text

    assert "Nobody has sent the test mail yet." in page
    assert "portico doctor" in page


async def test_second_test_within_seconds_is_refused_in_words(visit: Visit, new: FakeServices) -> None:
    new.mail_setup = after_test("asked")
    browser = visit("lars")

    answer = await browser.post(f"{PATH}/test-mail", data={"idempotency_key": "a-key-of-a-form"})

    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}#mail")


async def test_side_bar_has_it_until_an_admin_ends_it(visit: Visit, new: FakeServices) -> None:
    browser = visit("lars")
    before = (await browser.get("/w/larkspur/")).text

    ended = await browser.post(f"{PATH}/end")
    after = (await browser.get("/w/larkspur/")).text

    assert before.count(f'href="{PATH}"') == 2, "in the side bar, and above the page"
    assert ended.headers["location"] == "/w/larkspur/"
    assert f'href="{PATH}"' not in after
    assert (await browser.get(PATH)).status_code == 200, "its address stays"


@pytest.mark.parametrize("who", ["ana", "jonas"])
async def test_others_are_not_led_there(visit: Visit, new: FakeServices, who: str) -> None:
    slug = {"ana": "meridian", "jonas": "northwind"}[who]
    browser = visit(who)

    assert (await browser.get(f"/provider/{slug}/setup")).status_code == 403
    assert "/setup" not in (await browser.get(f"/w/{slug}/")).text
