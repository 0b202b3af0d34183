"""The customer's admins hear of what is ordered on their behalf."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.notifications.deliveries.queueing import USERS_TOLD
from shared.events import Actor, Via
from shared.events.grants import Grant
from shared.events.identity import AccessGranted, AccessRevoked, OnBehalfStarted
from shared.events.provisioning import OrderPlaced
from tests.notifications.harness import CUSTOMER, NOON, PARTNER, TOM, NotificationsHarness, order, person
from tests.notifications.mail_server import html_of, text_of

ADMIN, OTHER = uuid4(), uuid4()


def placed(**fields: Any) -> OrderPlaced:
    given = order(**fields)
    return OrderPlaced(**{name: value for name, value in given.items() if name != "ordered_by"})


def granted(user_id: UUID = ADMIN, role: str = "admin", workspace_id: UUID = CUSTOMER, **limits: Any) -> AccessGranted:
    grant = Grant(**{"grant_id": uuid4(), "role": role, "source": "membership", "workspace_id": workspace_id} | limits)
    return AccessGranted(workspace_id=workspace_id, user_id=user_id, from_version=0, to_version=1, grant=grant)


def of_customer(user_id: UUID = ADMIN, address: str = "jonas@northwind.example", **fields: Any) -> Any:
    return person(user_id, address, "Jonas Keller", **fields)


async def test_an_admin_is_told_who_of_which_company_ordered_what(notifications: NotificationsHarness) -> None:
    event = placed(display_name="Frankfurt uplink")
    await notifications.hear(person(), of_customer(), granted())

    await notifications.hear(event, event)
    await notifications.send()

    [mail] = notifications.server.mails
    assert str(mail["To"]) == "Jonas Keller <jonas@northwind.example>"
    assert mail["Subject"] == "Meridian Partners ordered Frankfurt uplink for you"
    said = " ".join(text_of(mail).split())
    for fact in ("Service: Frankfurt uplink", "Product: 10 Gbps port", "Company: Meridian Partners",
                 "Ordered by: Tom Becker (tom@meridian.example)", "on behalf of Northwind Logistics",
                 f"View the order: https://portal.larkspur.example/w/northwind/orders/{event.order_id}"):  # fmt: skip
        assert fact in said
    assert "€" not in said + html_of(mail), "whoever reads it may not see prices"


async def test_what_the_customer_orders_itself_is_mailed_to_nobody(notifications: NotificationsHarness) -> None:
    own = Actor(user_id=OTHER, address="rosa@northwind.example", via=Via.own)
    await notifications.hear(of_customer(), granted())

    await notifications.hear(placed(actor=own))

    assert await notifications.deliveries() == []


@pytest.mark.parametrize(
    "grant",
    [
        {"role": "regular"},
        {"role": "read_only"},
        {"workspace_id": PARTNER},
        {"source": "link"},
        {"source": "on_behalf", "session_id": uuid4()},
        {"bill_group_id": uuid4()},
        {"location_id": uuid4()},
        {"user_id": TOM},
    ],
    ids=lambda grant: next(iter(grant)),
)
async def test_nobody_else_is_told(notifications: NotificationsHarness, grant: dict[str, Any]) -> None:
    await notifications.hear(person(), of_customer(), granted(**grant))

    await notifications.hear(placed())

    assert await notifications.deliveries() == []


async def test_neither_who_works_on_behalf_nor_who_was_an_admin_is_told(notifications: NotificationsHarness) -> None:
    gone, there = granted(), granted(OTHER)
    lost = AccessRevoked(workspace_id=CUSTOMER, user_id=ADMIN, from_version=1, to_version=2, grant=gone.grant,
                         reason="revoked")  # fmt: skip
    derived = Grant(grant_id=uuid4(), role="admin", source="on_behalf", workspace_id=CUSTOMER, session_id=uuid4())
    entered = OnBehalfStarted(workspace_id=CUSTOMER, user_id=uuid4(), from_version=0, to_version=1, grant=derived,
                              home_workspace_id=PARTNER)  # fmt: skip
    await notifications.hear(person(), gone, there, lost, entered)

    await notifications.hear(placed())

    assert await notifications.deliveries("recipient_id") == [OTHER]


async def test_the_number_of_admins_who_are_told_is_bounded(notifications: NotificationsHarness) -> None:
    await notifications.hear(*[granted(uuid4()) for _ in range(USERS_TOLD + 1)])

    await notifications.hear(placed())

    assert len(await notifications.deliveries()) == USERS_TOLD


async def test_an_order_by_somebody_who_is_not_known_names_the_company(notifications: NotificationsHarness) -> None:
    await notifications.hear(of_customer(), granted())

    await notifications.hear(placed())
    await notifications.send()

    [mail] = notifications.server.mails
    assert "Company: Meridian Partners" in text_of(mail)
    assert "Ordered by" not in text_of(mail)


@pytest.mark.rule("D28")
async def test_each_admin_reads_it_in_their_own_language(notifications: NotificationsHarness) -> None:
    await notifications.hear(person(), of_customer(locale="de-DE", time_zone="Europe/Berlin"), granted())

    await notifications.hear(placed(occurred_at=NOON))
    await notifications.send()

    [mail] = notifications.server.mails
    assert mail["Subject"] == "Meridian Partners hat für Sie bestellt: 10 Gbps port"
    assert "Wann: 22.11.2026, 13:00:00 MEZ" in text_of(mail)
