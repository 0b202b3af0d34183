"""Who has to ask for an order, and who may approve it, hear of each other by mail (D2)."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events import Actor, Via
from shared.events.billing import SubscriptionRenewalRefused
from shared.events.grants import Grant
from shared.events.identity import AccessGranted
from shared.events.provisioning import (
    OrderPlaced,
    OrderRefused,
    OrderRequested,
    OrderReturned,
    OrderSubmitted,
    RenewalOrdered,
)
from tests.notifications.harness import CUSTOMER, PROVIDER, NotificationsHarness, person
from tests.notifications.mail_server import text_of

MARCO, JONAS, RITA = uuid4(), uuid4(), uuid4()
ORDER: dict[str, Any] = {
    "workspace_id": CUSTOMER, "order_id": uuid4(), "product_id": uuid4(), "product_name": "10 Gbps port",
    "kind": "port", "plan_version_id": uuid4(), "quantity": 1, "bill_group_id": uuid4(), "display_name": "Lyon 2",
    "asked_by": MARCO,
}  # fmt: skip


def by(user_id: UUID, address: str) -> Actor:
    return Actor(kind="user", user_id=user_id, address=address, via=Via.own)


BY_MARCO, BY_JONAS = by(MARCO, "marco@northwind.example"), by(JONAS, "jonas@northwind.example")


async def introduce(notifications: NotificationsHarness) -> None:
    """Marco is a member, Jonas an admin, Rita a regular user, and Omar only looks."""
    people = {MARCO: ("marco", "member"), JONAS: ("jonas", "admin"), RITA: ("rita", "regular")}
    people[uuid4()] = ("omar", "read_only")
    for user_id, (name, role) in people.items():
        grant = Grant(grant_id=uuid4(), role=role, source="membership", workspace_id=CUSTOMER)
        await notifications.hear(
            person(user_id, f"{name}@northwind.example", name.title()),
            AccessGranted(workspace_id=CUSTOMER, user_id=user_id, from_version=0, to_version=1, grant=grant),
        )


async def told(notifications: NotificationsHarness) -> dict[str, Any]:
    """The mails that are sent, by who gets them."""
    await notifications.send()
    return {str(mail["To"]): mail for mail in notifications.server.mails}


@pytest.mark.rule("D2")
async def test_admins_and_regular_users_are_told_what_waits_for_them(notifications: NotificationsHarness) -> None:
    await introduce(notifications)

    await notifications.hear(OrderRequested(**ORDER, actor=BY_MARCO))

    mails = await told(notifications)
    assert set(mails) == {"Jonas <jonas@northwind.example>", "Rita <rita@northwind.example>"}
    mail = mails["Rita <rita@northwind.example>"]
    assert mail["Subject"] == "Lyon 2 waits for your approval"
    said = " ".join(text_of(mail).split())
    assert "Who: Marco (marco@northwind.example)" in said
    assert f"https://portal.larkspur.example/w/northwind/orders/{ORDER['order_id']}" in said


@pytest.mark.rule("D2")
async def test_a_regular_user_who_asks_by_another_role_is_not_told_of_it(notifications: NotificationsHarness) -> None:
    await introduce(notifications)

    await notifications.hear(OrderRequested(**ORDER | {"asked_by": RITA}, actor=by(RITA, "rita@northwind.example")))

    assert set(await told(notifications)) == {"Jonas <jonas@northwind.example>"}


@pytest.mark.rule("D2")
async def test_who_asked_is_told_that_it_is_approved(notifications: NotificationsHarness) -> None:
    await introduce(notifications)

    await notifications.hear(OrderPlaced(**ORDER, service_id=uuid4(), actor=BY_JONAS))

    [mail] = (await told(notifications)).values()
    assert str(mail["To"]) == "Marco <marco@northwind.example>"
    assert mail["Subject"] == "Your order of Lyon 2 is approved"


@pytest.mark.rule("D2")
async def test_who_asked_is_told_that_it_is_refused_and_why(notifications: NotificationsHarness) -> None:
    await introduce(notifications)

    await notifications.hear(OrderRefused(**ORDER, reason="Use the old one.", actor=BY_JONAS))

    [mail] = (await told(notifications)).values()
    assert str(mail["To"]) == "Marco <marco@northwind.example>"
    assert "Reason: Use the old one." in " ".join(text_of(mail).split())


@pytest.mark.rule("D2")
@pytest.mark.parametrize("approved", [True, False])
async def test_who_decides_about_their_own_is_not_told(notifications: NotificationsHarness, approved: bool) -> None:
    await introduce(notifications)

    own = ORDER | {"asked_by": JONAS}
    decided = OrderPlaced(**own, service_id=uuid4(), actor=BY_JONAS)
    await notifications.hear(decided if approved else OrderRefused(**own, reason="No.", actor=BY_JONAS))

    assert await told(notifications) == {}


async def test_an_order_that_needed_no_approval_is_told_to_nobody(notifications: NotificationsHarness) -> None:
    await introduce(notifications)

    await notifications.hear(OrderPlaced(**ORDER | {"asked_by": None}, service_id=uuid4(), actor=BY_JONAS))

    assert await told(notifications) == {}


async def staff(notifications: NotificationsHarness) -> None:
    """Lena is an admin of the provider, Otto a regular user, and Sam of its support."""
    for name, role in {"lena": "admin", "otto": "regular", "sam": "support"}.items():
        user_id = uuid4()
        grant = Grant(grant_id=uuid4(), role=role, source="membership", workspace_id=PROVIDER)
        await notifications.hear(
            person(user_id, f"{name}@larkspur.example", name.title()),
            AccessGranted(workspace_id=PROVIDER, user_id=user_id, from_version=0, to_version=1, grant=grant),
        )


async def test_staff_who_may_confirm_an_order_are_told_that_it_waits(notifications: NotificationsHarness) -> None:
    await introduce(notifications)
    await staff(notifications)

    await notifications.hear(OrderSubmitted(**ORDER | {"asked_by": JONAS}, actor=BY_JONAS))

    mails = await told(notifications)
    assert set(mails) == {"Lena <lena@larkspur.example>", "Otto <otto@larkspur.example>"}
    mail = mails["Otto <otto@larkspur.example>"]
    said = " ".join(text_of(mail).split())
    assert "waits to be confirmed" in mail["Subject"]
    assert "Ordered by: Jonas (jonas@northwind.example)" in said
    assert f"/all-orders/{ORDER['order_id']}" in said
    assert "https://portal.larkspur.example/provider/" in said
    assert "Larkspur Cloud" in str(mail["From"])


async def test_who_had_asked_for_an_order_is_told_that_it_is_approved_and_waits(
    notifications: NotificationsHarness,
) -> None:
    await introduce(notifications)

    await notifications.hear(OrderSubmitted(**ORDER, actor=BY_JONAS))

    [mail] = (await told(notifications)).values()
    assert str(mail["To"]) == "Marco <marco@northwind.example>"
    assert "waits to be confirmed" in " ".join(text_of(mail).split())


async def test_an_order_on_behalf_that_waits_is_told_to_the_admins_of_the_customer(
    notifications: NotificationsHarness,
) -> None:
    await introduce(notifications)
    tom = uuid4()
    on_behalf = Actor(kind="user", user_id=tom, address="tom@meridian.example", via=Via.on_behalf)

    await notifications.hear(OrderSubmitted(**ORDER | {"asked_by": tom}, actor=on_behalf))

    assert set(await told(notifications)) == {"Jonas <jonas@northwind.example>"}


@pytest.mark.parametrize("confirmed", [True, False])
async def test_who_ordered_is_told_what_the_provider_says(notifications: NotificationsHarness, confirmed: bool) -> None:
    await introduce(notifications)
    lena = Actor(kind="user", user_id=uuid4(), address="lena@larkspur.example", via=Via.parent)
    placed = OrderPlaced(**ORDER | {"asked_by": None}, service_id=uuid4(), ordered_by=RITA, actor=lena)
    returned = OrderReturned(**ORDER | {"asked_by": RITA}, reason="No line there.", actor=lena)

    await notifications.hear(placed if confirmed else returned)

    [mail] = (await told(notifications)).values()
    assert str(mail["To"]) == "Rita <rita@northwind.example>"
    assert mail["Subject"] == f"Your order of Lyon 2 {'is confirmed' if confirmed else 'was returned'}"
    assert ("Reason: No line there." in " ".join(text_of(mail).split())) != confirmed


@pytest.mark.rule("D2", "K2")
async def test_who_asked_for_a_renewal_is_told_that_it_is_approved_and_that_it_was_not_possible(
    notifications: NotificationsHarness,
) -> None:
    await introduce(notifications)
    renewal = ORDER | {"service_id": uuid4(), "months": 12, "term_ends_on": None, "ordered_by": MARCO}
    refused = SubscriptionRenewalRefused(
        workspace_id=CUSTOMER, subscription_id=uuid4(), service_id=renewal["service_id"], bill_group_id=uuid4(),
        order_id=ORDER["order_id"], ordered_by=MARCO, reason="term_changed", display_name="Lyon 2",
    )  # fmt: skip

    await notifications.hear(RenewalOrdered(**renewal, actor=BY_JONAS), refused)
    await notifications.send()

    approved, impossible = sorted(notifications.server.mails, key=lambda mail: "not be renewed" in mail["Subject"])
    assert {str(mail["To"]) for mail in (approved, impossible)} == {"Marco <marco@northwind.example>"}
    assert "The renewal of Lyon 2 that you asked for is approved." in " ".join(text_of(approved).split())
    assert impossible["Subject"] == "The subscription of Lyon 2 could not be renewed"
    assert f"/orders/{ORDER['order_id']}" in text_of(impossible)
