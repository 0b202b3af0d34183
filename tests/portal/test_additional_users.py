"""*Add Additional User*."""

import pytest

from tests.portal import samples
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices

HERE = "/w/northwind/users/additional"
ANA, NEW = samples.PEOPLE["ana"]["address"], "new@elsewhere.example"


@pytest.mark.rule("I19", "I20")
async def test_who_has_an_account_is_added_at_once(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    users, form = (await browser.get("/w/northwind/users")).text, (await browser.get(HERE)).text

    done = await browser.post(HERE, data={"address": ANA})
    after = (await browser.get(done.headers["location"])).text

    assert f'href="{HERE}">Add Additional User</a>' in users
    assert "What additional users may do" in form
    assert fakes.sent("POST", "/api/identity/users/additional") == [{"address": ANA}]
    assert "Ana Oliveira is an additional user of Northwind Logistics now, and gets a mail." in after


@pytest.mark.rule("I21")
async def test_who_has_none_is_notified(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    asked = (await browser.post(HERE, data={"address": NEW})).text
    done = await browser.post(
        f"{HERE}/notify", data={"address": NEW, "display_name": "Kim", "idempotency_key": "k" * 20}
    )
    after = (await browser.get(done.headers["location"])).text

    assert f"Nobody with the address {NEW} has an account yet." in asked
    assert f'action="{HERE}/notify"' in asked
    assert f'value="{NEW}"' in asked
    assert fakes.sent("POST", "/api/identity/invitations") == [
        {"address": NEW, "display_name": "Kim", "role": "additional"}
    ]
    assert f"{NEW} is asked by mail to create an account." in after


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        (samples.PEOPLE["jonas"]["address"], 409, "already"),
        ("soup", 422, "Enter a mail address, such as name@example"),
    ],
)
async def test_what_is_wrong_is_said(visit: Visit, address: str, status: int, said: str) -> None:
    answer = await visit("jonas").post(HERE, data={"address": address})

    assert answer.status_code == status
    assert said in answer.text


@pytest.mark.rule("I25")
async def test_who_may_not_invite_finds_neither_a_button_nor_a_page(visit: Visit) -> None:
    browser = visit("tomas")

    assert HERE not in (await browser.get("/w/northwind/users")).text
    assert (await browser.get(HERE)).status_code == 403
