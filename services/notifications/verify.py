"""Invariants of messages and deliveries, checked by `portico verify` and by tests."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# Each query returns one row per violation, with the column `what`.
CHECKS = {
    "Something of an erased person is left": """
        SELECT e.user_id::text AS what FROM erased_people e
        WHERE EXISTS (SELECT FROM people p WHERE p.user_id = e.user_id AND p.address IS NOT NULL)
          OR (e.erased_at < clock_timestamp() - interval '8 hours' AND (
            EXISTS (SELECT FROM notices n WHERE n.user_id = e.user_id)
            OR EXISTS (SELECT FROM own_mails o WHERE o.user_id = e.user_id)
            OR EXISTS (SELECT FROM messages m WHERE m.recipient_kind = 'user' AND m.recipient_id = e.user_id
              AND m.facts <> '{}')))""",
    "A fact is told to one recipient twice (D23)": """
        SELECT min(id::text) AS what FROM messages
        GROUP BY topic, fact_id, recipient_kind, recipient_id HAVING count(*) > 1""",
    "A message has no delivery, or several": """
        SELECT m.id::text AS what FROM messages m LEFT JOIN gathered_messages g ON g.message_id = m.id
          LEFT JOIN deliveries d ON d.message_id IN (m.id, g.into_id)
        GROUP BY m.id HAVING count(d.id) <> 1""",
    "A mail tells of more or fewer messages than it says": """
        SELECT d.id::text AS what FROM deliveries d LEFT JOIN gathered_messages g ON g.into_id = d.message_id
        GROUP BY d.id HAVING d.gathered <> 1 + count(g.message_id)""",
    "A delivery is of another workspace than its message": """
        SELECT d.id::text AS what FROM deliveries d JOIN messages m ON m.id = d.message_id
        WHERE d.workspace_id <> m.workspace_id""",
    "A mail is being sent, but its lease is over and nobody takes it up": """
        SELECT id::text AS what FROM deliveries
        WHERE state = 'sending' AND due_at < clock_timestamp() - interval '1 minute'""",
    "A secret is kept after its mail was sent or given up (D30)": """
        SELECT id::text AS what FROM deliveries
        WHERE sealed IS NOT NULL AND state IN ('sent', 'failed', 'suppressed')""",
    "A mail is listed as undelivered, but was sent": """
        SELECT u.message_id::text AS what FROM undelivered_mails u JOIN deliveries d USING (message_id)
        WHERE d.state = 'sent' OR d.state = 'suppressed' AND u.reason <> 'suppressed'""",
    "A user's list of mails says otherwise than the delivery": """
        SELECT o.id::text AS what FROM own_mails o JOIN deliveries d ON d.message_id = o.id
        WHERE d.state IN ('sent', 'failed', 'suppressed') AND o.state <> d.state""",
    "An address is suppressed that its recipient does not have any more": """
        SELECT s.id::text AS what FROM suppressions s
          LEFT JOIN people p ON s.recipient_kind = 'user' AND p.user_id = s.recipient_id
          LEFT JOIN company_contacts c ON s.recipient_kind = 'admin_contact' AND c.contact_id = s.recipient_id
          LEFT JOIN bill_group_contacts b ON s.recipient_kind = 'billing_contact' AND b.bill_group_id = s.recipient_id
               AND b.kind = 'billing'
        WHERE lower(coalesce(p.address, c.address, b.address)) IS DISTINCT FROM s.address""",
    "A mail that came back waits to be read for an hour": """
        SELECT id::text AS what FROM returned_mails WHERE came_at < clock_timestamp() - interval '1 hour'""",
    "A campaign says otherwise than its messages": """
        SELECT c.id::text AS what FROM campaigns c LEFT JOIN deliveries d ON d.campaign_id = c.id
        GROUP BY c.id HAVING c.recipients <> count(d.id)
          OR c.sent_count <> count(*) FILTER (WHERE d.state = 'sent')
          OR c.failed_count <> count(*) FILTER (WHERE d.state = 'failed')
          OR c.opted_out_count + c.left_out_count <> count(*) FILTER (WHERE d.state = 'suppressed')""",
    "A campaign is due since an hour and nobody advances it": """
        SELECT id::text AS what FROM campaigns WHERE due_at < clock_timestamp() - interval '1 hour'""",
    "A document is kept for longer than its mail is tried": """
        SELECT event_id::text AS what FROM invoice_documents
        WHERE kept_at < clock_timestamp() - interval '8 days'""",
    "A mail is due since an hour and nobody sends it": """
        SELECT id::text AS what FROM deliveries
        WHERE state IN ('queued', 'deferred') AND due_at < clock_timestamp() - interval '1 hour'
          AND campaign_id IS NULL""",
}


async def verify(session: AsyncSession) -> list[str]:
    """One sentence per violation. ``session`` is of the worker role, which sees all rows."""
    return [f"{rule}: {what}." for rule, query in CHECKS.items() for what in await session.scalars(text(query))]
