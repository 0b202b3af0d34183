"""Notices in the portal: who sees them, until when, and in which words."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.notifications.jobs import forget_old_notices
from services.notifications.notices.keeping import MOST
from services.notifications.topics import Topic
from shared.events.identity import AccessRequested, AccessRequestWithdrawn
from shared.events.provisioning import OrderPlaced, OrderRefused, OrderRequested, OrderWithdrawn
from tests.notifications.desk import Desk
from tests.notifications.harness import CUSTOMER, PARTNER, PROVIDER, signed_in
from tests.notifications.reader import NOTICES, reader
from tests.notifications.test_order_mail import BY_JONAS, BY_MARCO, ORDER


def requested(order_id: UUID | None = None) -> OrderRequested:
    return OrderRequested(**ORDER | {"order_id": order_id or uuid4()}, actor=BY_MARCO)


async def test_a_user_is_told_in_the_portal_what_is_mailed_to_them_and_where_it_is(desk: Desk) -> None:
    jonas = await reader(desk)
    event = requested()

    await desk.notifications.hear(event)
    await desk.notifications.send()

    [notice] = await jonas.notices()
    [mail] = desk.notifications.server.mails
    assert notice["title"] == mail["Subject"] == "Lyon 2 waits for your approval"
    assert notice["path"] == f"/w/northwind/orders/{event.order_id}"
    assert (notice["workspace_name"], notice["is_read"]) == ("Northwind Logistics", False)
    assert await jonas.titles(locale="de-DE") == ["Lyon 2 wartet auf Ihre Freigabe"]
    assert await jonas.unread() == 1


async def test_one_that_was_read_is_not_counted(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(requested(), requested(), requested())
    first, second, _ = await jonas.notices()

    answer = await jonas.caller.http.post(f"{NOTICES}/{first['id']}/read")
    once = await jonas.unread()
    await jonas.caller.http.post(f"{NOTICES}/read-all", json={"until": second["at"]})

    assert (answer.status_code, once, await jonas.unread()) == (204, 2, 0)
    assert await jonas.notices(unread=True) == []
    assert [each["is_read"] for each in await jonas.notices()] == [True] * 3


async def test_what_came_after_the_newest_that_was_shown_stays_unread(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(requested())
    [shown] = await jonas.notices()
    await desk.notifications.hear(requested())

    await jonas.caller.http.post(f"{NOTICES}/read-all", json={"until": shown["at"]})

    assert await jonas.unread() == 1


async def test_nobody_reads_or_marks_the_notices_of_a_colleague(desk: Desk) -> None:
    jonas, rita = await reader(desk), await reader(desk, "read_only", "rita@northwind.example")
    await desk.notifications.hear(requested())
    [notice] = await jonas.notices()

    answer = await rita.caller.http.post(f"{NOTICES}/{notice['id']}/read")

    assert answer.status_code == (await rita.caller.http.post(f"{NOTICES}/{uuid4()}/read")).status_code == 404
    assert await rita.notices() == []
    assert await jonas.unread() == 1


@pytest.mark.parametrize("over", ["placed", "withdrawn"])
async def test_an_order_that_was_decided_asks_nobody_any_more(desk: Desk, over: str) -> None:
    jonas, event = await reader(desk), requested()
    await desk.notifications.hear(event)
    about = ORDER | {"order_id": event.order_id}
    placed = OrderPlaced(**about | {"asked_by": jonas.id}, service_id=uuid4(), actor=BY_JONAS)
    withdrawn = OrderWithdrawn(**about, actor=BY_MARCO)

    await desk.notifications.hear(placed if over == "placed" else withdrawn)

    assert "Lyon 2 waits for your approval" not in await jonas.titles()
    assert await jonas.unread() == (1 if over == "placed" else 0), "Jonas is told that his own is approved"


async def test_what_was_decided_before_its_notice_came_is_not_told(desk: Desk) -> None:
    jonas, event = await reader(desk), requested()
    refused = OrderRefused(**ORDER | {"order_id": event.order_id}, actor=BY_JONAS, reason="No.")

    await desk.notifications.hear(refused, event, event)

    assert await jonas.notices() == []


async def test_a_request_for_access_that_was_withdrawn_is_over(desk: Desk) -> None:
    jonas = await reader(desk)
    asked = {"workspace_id": CUSTOMER, "access_request_id": uuid4(), "user_id": uuid4()}
    await desk.notifications.hear(AccessRequested(**asked))
    before = await jonas.titles()

    await desk.notifications.hear(AccessRequestWithdrawn(**asked))

    assert before == ["Somebody asks for access to Northwind Logistics"]
    assert await jonas.notices() == []


async def test_who_lost_access_to_a_workspace_sees_no_notice_of_it(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(requested())
    before = await jonas.unread()

    await desk.notifications.change(
        f"UPDATE access_grants SET workspace_id = '{PROVIDER}' WHERE user_id = '{jonas.id}'"
    )
    claims = jonas.caller.claims | {"ws": str(PROVIDER), "wk": "provider"}
    jonas.caller.http.headers["authorization"] = f"Bearer {desk.api.identity.token(**claims)}"

    assert (before, await jonas.unread(), await jonas.notices()) == (1, 0, [])


async def test_on_behalf_of_a_customer_only_what_is_about_it_is_shown(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(requested(), signed_in().model_copy(update={"user_id": jonas.id}))
    everywhere = await jonas.unread()
    session = jonas.caller.session_id
    await desk.notifications.change(
        "INSERT INTO access_grants (grant_id, user_id, workspace_id, role, source, session_id)"
        f" VALUES ('{uuid4()}', '{jonas.id}', '{CUSTOMER}', 'admin', 'on_behalf', '{session}')"
    )
    token = desk.api.identity.token(**jonas.caller.claims | {"via": "on_behalf"})
    jonas.caller.http.headers["authorization"] = f"Bearer {token}"

    assert (everywhere, await jonas.unread()) == (2, 1)
    assert await jonas.titles() == ["Lyon 2 waits for your approval"]


async def test_what_is_about_the_person_alone_needs_no_access(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(signed_in().model_copy(update={"user_id": jonas.id, "workspace_id": PARTNER}))

    [title] = await jonas.titles()

    assert "new browser" in title.lower() or "signed in" in title.lower() or "sign-in" in title.lower()


async def test_notices_about_money_need_a_role_that_sees_money(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(requested())
    await desk.notifications.change(f"UPDATE notices SET topic = '{Topic.payment_failed}'")
    before = await jonas.unread()

    await desk.notifications.change(f"UPDATE access_grants SET role = 'support' WHERE user_id = '{jonas.id}'")

    assert (before, await jonas.unread(), await jonas.notices()) == (1, 0, [])


async def test_a_notice_that_cannot_be_written_is_told_by_its_topic(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(requested())
    await desk.notifications.change("UPDATE notices SET facts = '{}'")

    [notice] = await jonas.notices()

    assert (notice["title"], notice["path"]) == ("An order waits for approval", "/")


async def test_old_notices_and_too_many_of_one_person_are_forgotten(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(requested())
    copies = """INSERT INTO messages (workspace_id, topic, fact_id, recipient_kind, recipient_id, facts)
        SELECT workspace_id, topic, gen_random_uuid(), recipient_kind, recipient_id, facts FROM messages,
        generate_series(1, 510)"""
    await desk.notifications.change(copies)
    noticed = """INSERT INTO notices (id, user_id, workspace_id, topic, facts)
        SELECT id, recipient_id, workspace_id, topic, facts FROM messages ON CONFLICT DO NOTHING"""
    await desk.notifications.change(noticed)

    await forget_old_notices(desk.notifications.job)
    kept = await stored(desk)
    desk.notifications.clock.ahead = timedelta(days=91)
    await forget_old_notices(desk.notifications.job)

    assert (kept, await stored(desk)) == (MOST, 0)
    assert await jonas.notices() == []


async def stored(desk: Desk) -> int:
    async with desk.notifications.sessions() as session:
        found: int = await session.scalar(text("SELECT count(*) FROM notices"))
        return found
