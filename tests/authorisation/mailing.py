"""What the people of the matrix are mailed, in vain, and what they chose to be told of."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from services.notifications.jobs import advance_campaigns, send_due_mail
from tests.authorisation.callers import CUSTOMER, PROVIDER

if TYPE_CHECKING:
    from tests.authorisation.business import Business

GIVEN_UP = (
    "UPDATE deliveries SET state = 'failed', ended_at = now(), due_at = NULL, sealed = NULL WHERE state = 'deferred'",
    "UPDATE own_mails SET state = 'failed', ended_at = now() WHERE state = 'deferred'",
    "UPDATE undelivered_mails SET state = 'given_up', due_at = NULL",
)
SUPPRESSED = text("""
INSERT INTO suppressions (id, recipient_kind, recipient_id, workspace_id, address, reason, status, message_id, since,
                          released_by_self)
SELECT DISTINCT ON (recipient_id) gen_random_uuid(), recipient_kind, recipient_id, workspace_id,
       'gone@northwind.example', 'no_mailbox', '5.1.1',
       id, now(), 0
  FROM messages WHERE recipient_kind = 'user' ORDER BY recipient_id, id
""")
TOLD = """
INSERT INTO notices (id, user_id, workspace_id, topic, thing_id, facts)
SELECT id, recipient_id, workspace_id, topic, fact_id, facts FROM messages WHERE topic = 'news_release'
"""
TRIED = text(
    "INSERT INTO mail_tests (workspace_id, event_id, asked_at, state)"
    " VALUES (:here, gen_random_uuid(), now() - interval '1 hour', 'asked')"
)
CAMPAIGNS = "notifications/campaigns"
NEWS = {
    "topic": "news_release",
    "texts": {"en": {"title": "Agent 2 is out", "body": "It is **new**."}},
    "segment": {"kinds": ["customer"], "sellers": "all"},
}
LINK = text(
    "INSERT INTO unsubscriptions (recipient_id, topic, workspace_id, wanted, day, changes)"
    " VALUES (gen_random_uuid(), 'service_deleted', :here, false, current_date, 1)"
)


async def mail(business: "Business") -> None:
    """Try every mail once, in vain: there is no mail server. Then as if they had been given up."""
    await business.installation.carry()
    site = business.installation["notifications"]
    await site.work(send_due_mail)
    async with site.database.owner.begin() as session:
        for statement in GIVEN_UP:
            await session.execute(text(statement))
        await session.execute(SUPPRESSED)
        await session.execute(LINK, {"here": business.tree.ids[CUSTOMER]})
        await session.execute(TRIED, {"here": business.tree.ids[PROVIDER]})
    await news(business)
    off = {"switches": [{"topic": "payment_received", "channel": "mail", "wanted": False}]}
    await business.ask(business.tree.person(CUSTOMER, "admin"), "PATCH", "notifications/preferences", off)


async def news(business: "Business") -> None:
    """A draft, one for later, and one that is being sent, which everybody whom it is for has been told of."""
    admin = business.tree.person(PROVIDER, "admin")
    ids = [(await business.ask(admin, "POST", CAMPAIGNS, NEWS)).json()["id"] for _ in range(3)]
    later = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    await business.ask(admin, "POST", f"{CAMPAIGNS}/{ids[1]}/schedule", {"version": 1, "at": later})
    await business.ask(admin, "POST", f"{CAMPAIGNS}/{ids[2]}/schedule", {"version": 1})
    site = business.installation["notifications"]
    await site.work(advance_campaigns)
    async with site.database.owner.begin() as session:
        await session.execute(text(TOLD))
