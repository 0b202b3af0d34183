"""Each side of a quote hears by mail what the other one did, without prices (I7)."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from shared.events.billing import (
    QuoteDeclined,
    QuoteMessageWritten,
    QuoteOffered,
    QuoteRequested,
    QuoteWithdrawn,
)
from shared.events.grants import Grant
from shared.events.identity import AccessGranted
from shared.events.provisioning import QuoteOrderRefused
from tests.notifications.harness import CUSTOMER, PROVIDER, NotificationsHarness, person
from tests.notifications.mail_server import text_of
from tests.notifications.test_order_mail import RITA, by, introduce, told

pytestmark = pytest.mark.rule("I7")
LENA, ROLF = uuid4(), uuid4()
QUOTE: dict[str, Any] = {
    "workspace_id": CUSTOMER, "quote_id": uuid4(), "number": "Q-10042", "bill_group_id": uuid4(), "requested_by": RITA,
}  # fmt: skip
BY_RITA, BY_LENA = by(RITA, "rita@northwind.example"), by(LENA, "lena@larkspur.example")
JONAS_AND_RITA = {"Jonas <jonas@northwind.example>", "Rita <rita@northwind.example>"}
STAFF = {"Lena <lena@larkspur.example>"}


async def hire(notifications: NotificationsHarness) -> None:
    """Lena prices quotes, Rolf only looks. And the people of the customer."""
    await introduce(notifications)
    for user_id, name, role in ((LENA, "lena", "regular"), (ROLF, "rolf", "read_only")):
        grant = Grant(grant_id=uuid4(), role=role, source="membership", workspace_id=PROVIDER)
        await notifications.hear(
            person(user_id, f"{name}@larkspur.example", name.title()),
            AccessGranted(workspace_id=PROVIDER, user_id=user_id, from_version=0, to_version=1, grant=grant),
        )


async def test_who_prices_is_told_what_is_asked_for_and_where(notifications: NotificationsHarness) -> None:
    await hire(notifications)
    await notifications.hear(QuoteRequested(**QUOTE, by_seller=False, actor=BY_RITA))
    await notifications.hear(QuoteRequested(**QUOTE | {"requested_by": None}, by_seller=True, actor=BY_LENA))
    mails = await told(notifications)
    assert set(mails) == STAFF
    [mail] = mails.values()
    assert f"/provider/larkspur/quotes/{QUOTE['quote_id']}" in text_of(mail)


async def test_an_offer_is_told_to_who_asked_and_to_the_admins(notifications: NotificationsHarness) -> None:
    await hire(notifications)
    await notifications.hear(QuoteOffered(**QUOTE, offer_version=1, valid_until=date(2027, 3, 1), actor=BY_LENA))
    mails = await told(notifications)
    assert set(mails) == JONAS_AND_RITA
    said = " ".join(text_of(mails["Rita <rita@northwind.example>"]).split())
    assert f"https://portal.larkspur.example/w/northwind/quotes/{QUOTE['quote_id']}" in said
    assert "1 March 2027" in said or "March 1, 2027" in said


@pytest.mark.parametrize(("side", "readers"), [("seller", JONAS_AND_RITA), ("customer", STAFF)])
async def test_a_message_is_told_to_the_other_side(
    notifications: NotificationsHarness, side: str, readers: set[str]
) -> None:
    await hire(notifications)
    actor = BY_LENA if side == "seller" else BY_RITA
    about = QUOTE | {"message_id": uuid4(), "by": side}
    await notifications.hear(QuoteMessageWritten(**about, actor=actor))
    assert set(await told(notifications)) == readers


async def test_staff_are_told_of_what_was_declined_and_of_what_cannot_be_ordered(
    notifications: NotificationsHarness,
) -> None:
    await hire(notifications)
    await notifications.hear(QuoteDeclined(**QUOTE, offer_version=1, reason="Too dear.", actor=BY_RITA))
    [declined] = (await told(notifications)).values()
    assert "Reason: Too dear." in " ".join(text_of(declined).split())
    notifications.server.mails.clear()
    refused = QuoteOrderRefused(workspace_id=CUSTOMER, quote_id=QUOTE["quote_id"], number="Q-10042",
                                display_name="Uplink Hamburg", problem="no-room")  # fmt: skip
    await notifications.hear(refused)
    mails = await told(notifications)
    assert set(mails) == STAFF


async def test_only_what_the_seller_withdrew_is_told(notifications: NotificationsHarness) -> None:
    await hire(notifications)
    await notifications.hear(QuoteWithdrawn(**QUOTE, by="customer", reason="", actor=BY_RITA))
    assert await told(notifications) == {}
    await notifications.hear(QuoteWithdrawn(**QUOTE, by="seller", reason="Sold out.", actor=BY_LENA))
    assert set(await told(notifications)) == JONAS_AND_RITA
