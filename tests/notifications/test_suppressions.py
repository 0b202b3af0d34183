"""Addresses that no mails are sent to: staff see and release them, and a person tries their own again (D24)."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.notifications.suppressions.service import MOST_A_DAY
from shared.events.notifications import AddressReleased
from tests.harness.services import Caller
from tests.notifications.desk import GONE, Desk
from tests.notifications.harness import (
    CUSTOMER,
    PARTNER,
    PROVIDER,
    TOM,
    billing_contact,
    contact,
    invoice,
    person,
    provisioned,
)
from tests.notifications.reader import Reader, reader
from tests.notifications.test_notices import requested

PATH = "/api/notifications/suppressions"
AP, OPS, JONAS = "ap@northwind.example", "ops@meridian.example", "jonas@northwind.example"


async def listed(desk: Desk, by: Caller | None = None, **query: Any) -> list[dict[str, Any]]:
    answer = await (by or desk.lars).http.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def release(by: Caller, id_: str, key: str = "") -> httpx.Response:
    return await by.http.post(f"{PATH}/{id_}/release", headers={"Idempotency-Key": key or str(uuid4())})


async def own(who: Reader) -> dict[str, Any]:
    found: dict[str, Any] = (await who.caller.http.get(f"{PATH}/own")).json()
    return found


async def work(desk: Desk) -> None:
    """What a worker does with what was released; an event may come twice."""
    for released in await desk.notifications.database.events("notifications.address_released"):
        for _ in range(2):
            await desk.notifications.hear(AddressReleased.model_validate(released))


async def refused(desk: Desk, *addresses: str) -> None:
    """Send what is due, and have these addresses refused for good."""
    desk.notifications.server.at_recipient |= dict.fromkeys(addresses, GONE)
    await desk.notifications.send()
    desk.notifications.server.at_recipient.clear()


@pytest.fixture
async def two(desk: Desk) -> Desk:
    """A contact of the partner and the billing contact of its customer are suppressed."""
    group = uuid4()
    await desk.notifications.hear(
        contact(OPS), person(TOM, "tom@meridian.example"), billing_contact(group, AP), provisioned(), invoice(group)
    )
    await refused(desk, OPS, AP)
    return desk


@pytest.mark.rule("D24")
async def test_staff_see_which_addresses_are_suppressed_why_and_since_when(two: Desk) -> None:
    shown = {each["address"]: each for each in await listed(two)}

    assert shown.keys() == {AP, OPS}
    assert (shown[AP]["customer_name"], shown[AP]["recipient_kind"]) == ("Northwind Logistics", "billing_contact")
    assert (shown[OPS]["customer_name"], shown[OPS]["recipient_kind"]) == ("Meridian Partners", "admin_contact")
    assert {(each["reason"], each["status"]) for each in shown.values()} == {("no_mailbox", "5.1.1")}
    for searched, found in (("AP@", {AP}), ("meridian p", {OPS}), ("example", {AP, OPS}), ("%", set()), ("_", set())):
        assert {each["address"] for each in await listed(two, q=searched)} == found, searched
    first = (await two.lars.http.get(PATH, params={"limit": 1})).json()
    second = (await two.lars.http.get(PATH, params={"limit": 1, "cursor": first["next"]})).json()
    assert {each["address"] for page in (first, second) for each in page["items"]} == {AP, OPS}
    assert second["next"] is None
    [one] = [await two.lars.http.get(f"{PATH}/{shown[AP]['id']}")]
    assert one.json() == shown[AP]


async def test_other_companies_see_none_and_release_none(two: Desk) -> None:
    [first, _] = await listed(two)
    ana = await two.api.caller("admin", workspace_id=PARTNER, kind="partner", parent_workspace_id=PROVIDER)
    helper = await two.api.caller("read_only", workspace_id=PROVIDER, kind="provider")

    assert (await ana.http.get(PATH)).status_code == 403
    assert (await release(ana, first["id"])).status_code == 403
    assert len(await listed(two, helper)) == 2
    assert (await release(helper, first["id"])).status_code == 403
    assert (await release(two.lars, str(uuid4()))).status_code == 404
    assert len(await listed(two)) == 2


@pytest.mark.rule("D24")
async def test_a_released_address_gets_mails_and_what_was_not_sent_if_staff_ask(two: Desk) -> None:
    await two.notifications.hear(provisioned())
    await two.notifications.send()
    [suppressed] = [each for each in await listed(two) if each["address"] == OPS]
    [waiting] = [each for each in await two.list() if each["reason"] == "suppressed"]

    answers = [await release(two.lars, suppressed["id"], "a-key-of-a-form") for _ in range(2)]
    again = await release(two.lars, suppressed["id"])
    await two.retry(waiting["id"])
    await two.work()
    await two.notifications.send()

    assert [answer.status_code for answer in answers] == [200, 200]
    assert again.status_code == 404
    assert [each["address"] for each in await listed(two)] == [AP]
    assert len(two.notifications.server.to(OPS)) == 1
    [released] = await two.notifications.database.events("notifications.address_released")
    assert (released["by"], released["workspace_id"]) == ("staff", str(PARTNER))
    assert (released["actor"]["user_id"], released["actor"]["via"]) == (str(two.lars.user_id), "parent")
    assert OPS not in str(released)
    assert await two.notifications.problems() == []


async def test_an_address_that_is_refused_again_is_suppressed_again(two: Desk) -> None:
    for _ in range(2):
        [found] = [each for each in await listed(two) if each["address"] == OPS]
        await release(two.lars, found["id"])
        await two.notifications.hear(provisioned())
        await refused(two, OPS)

    assert len([each for each in await listed(two) if each["address"] == OPS]) == 1
    assert len(await two.notifications.database.events("notifications.address_suppressed")) == 4
    assert await two.notifications.problems() == []


@pytest.mark.rule("D24", "D23")
async def test_a_person_is_told_that_mails_come_back_and_tries_again_with_a_test_mail(desk: Desk) -> None:
    jonas = await reader(desk)
    before = await own(jonas)
    await desk.notifications.hear(requested())
    await refused(desk, JONAS)
    told = await own(jonas)
    await desk.notifications.hear(requested())
    await desk.notifications.send()

    headers = {"Idempotency-Key": "a-key-of-a-form"}
    answers = [await jonas.caller.http.post(f"{PATH}/own/release", headers=headers) for _ in range(2)]
    await work(desk)
    await desk.notifications.send()

    assert (before["since"], before["tries_left"]) == (None, MOST_A_DAY)
    assert (told["reason"], told["tries_left"]) == ("no_mailbox", MOST_A_DAY)
    assert [answer.status_code for answer in answers] == [202, 202]
    assert desk.notifications.server.subjects == ["Mails reach you again"], "once, however often its event comes"
    assert (await own(jonas))["since"] is None
    mails = (await jonas.caller.http.get("/api/notifications/own-mails")).json()["items"]
    assert [(each["topic"], each["state"], each["why"], each["may_be_sent_again"]) for each in mails] == [
        ("mailbox_test", "sent", None, True), ("order_requested", "suppressed", "bounced", True),
        ("order_requested", "failed", "refused", True),
    ]  # fmt: skip
    assert await jonas.unread() == 2, "of the orders; the test is no notice"
    [released] = await desk.notifications.database.events("notifications.address_released")
    assert (released["by"], released["workspace_id"], released["actor"]["via"]) == ("person", str(CUSTOMER), "self")
    assert await desk.notifications.problems() == []


@pytest.mark.rule("D24")
async def test_a_person_tries_three_times_a_day_and_staff_are_not_bound_by_it(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(requested())
    await refused(desk, JONAS)
    statuses = []
    for _ in range(MOST_A_DAY + 1):
        statuses.append(
            (await jonas.caller.http.post(f"{PATH}/own/release", headers={"Idempotency-Key": str(uuid4())})).status_code
        )
        await work(desk)
        await refused(desk, JONAS)
    none_left = await own(jonas)
    [suppressed] = await listed(desk)
    by_staff = await release(desk.lars, suppressed["id"])
    nothing = await jonas.caller.http.post(f"{PATH}/own/release", headers={"Idempotency-Key": str(uuid4())})

    assert statuses == [202, 202, 202, 429]
    assert (none_left["tries_left"], none_left["reason"]) == (0, "no_mailbox")
    assert by_staff.status_code == 200
    assert nothing.status_code == 404, "nothing is suppressed"


async def test_nobody_learns_or_releases_what_another_person_has(desk: Desk) -> None:
    jonas = await reader(desk)
    mara = await reader(desk, address="mara@northwind.example")
    await desk.notifications.hear(requested())
    await refused(desk, JONAS)

    answer = await mara.caller.http.post(f"{PATH}/own/release", headers={"Idempotency-Key": str(uuid4())})

    assert (await own(mara))["since"] is None
    assert answer.status_code == 404
    assert (await own(jonas))["since"] is not None


async def test_a_day_later_a_person_can_try_again(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(requested())
    await refused(desk, JONAS)
    await desk.notifications.change(
        f"UPDATE suppressions SET released_by_self = {MOST_A_DAY}, released_on = current_date - 1"
    )

    assert (await own(jonas))["tries_left"] == MOST_A_DAY
