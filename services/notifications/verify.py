"""Invariants of messages and deliveries, checked by `portico verify` and by tests."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# Each query returns one row per violation, with the column `what`.
CHECKS = {
    "A fact is told to one recipient twice (D23)": """
        SELECT min(id::text) AS what FROM messages
        GROUP BY topic, fact_id, recipient_kind, recipient_id HAVING count(*) > 1""",
    "A message has no delivery, or several": """
        SELECT m.id::text AS what FROM messages m LEFT JOIN deliveries d ON d.message_id = m.id
        GROUP BY m.id HAVING count(d.id) <> 1""",
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
        WHERE d.state IN ('sent', 'suppressed')""",
    "A document is kept for longer than its mail is tried": """
        SELECT event_id::text AS what FROM invoice_documents
        WHERE kept_at < clock_timestamp() - interval '8 days'""",
    "A mail is due since an hour and nobody sends it": """
        SELECT id::text AS what FROM deliveries
        WHERE state IN ('queued', 'deferred') AND due_at < clock_timestamp() - interval '1 hour'""",
}


async def verify(session: AsyncSession) -> list[str]:
    """One sentence per violation. ``session`` is of the worker role, which sees all rows."""
    return [f"{rule}: {what}." for rule, query in CHECKS.items() for what in await session.scalars(text(query))]
