"""Invariants of billing's data, checked by `portico verify` and after each fault test."""

from collections.abc import AsyncIterator

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.dates import NEXT_BILLING_ON
from services.billing.invoices.files import is_intact
from services.billing.invoices.models import InvoiceFile
from services.billing.mrr import service as mrr
from shared.files import Files

# Each query returns one row per violation, with the column `what`.
CHECKS = {
    "Something of an erased person is left": """
        SELECT e.user_id::text AS what FROM erased_people e
        WHERE EXISTS (SELECT FROM people p WHERE p.user_id = e.user_id AND p.address IS NOT NULL)
          OR (e.erased_at < clock_timestamp() - interval '8 hours' AND (
            EXISTS (SELECT FROM payments p WHERE p.begun_by = e.user_id AND p.begun_by_address IS NOT NULL)
            OR EXISTS (SELECT FROM quotes q WHERE q.accepted_by = e.user_id AND q.accepted_name <> '')
            OR EXISTS (SELECT FROM quote_messages m WHERE m.written_by = e.user_id
              AND m.written_by_address IS NOT NULL)))""",
    "A movement of revenue is not seen by the workspace above its customer": """
        SELECT DISTINCT w.id::text AS what FROM mrr_movements m JOIN workspace_copies w ON w.id = m.workspace_id
        WHERE m.parent_workspace_id IS DISTINCT FROM w.parent_workspace_id""",
    "What the workspace above a customer sees of an invoice is not what is owed": """
        SELECT coalesce(i.id, o.invoice_id)::text AS what
        FROM (SELECT * FROM invoices WHERE status IN ('open', 'partially_paid')) i
        FULL JOIN owed_invoices o ON o.invoice_id = i.id
        LEFT JOIN workspace_copies w ON w.id = coalesce(i.workspace_id, o.workspace_id)
        WHERE (i.workspace_id, w.parent_workspace_id, i.currency, i.total_minor - i.paid_minor, i.due_on)
          IS DISTINCT FROM (o.workspace_id, o.parent_workspace_id, o.currency, o.outstanding_minor, o.due_on)""",
    "An invoice does not add up (D20)": """
        SELECT coalesce(i.number, i.id::text) AS what FROM invoices i LEFT JOIN invoice_lines l ON l.invoice_id = i.id
        GROUP BY i.id HAVING i.total_minor <> i.net_minor + i.tax_minor
            OR i.net_minor IS DISTINCT FROM sum(l.net_minor) OR i.tax_minor IS DISTINCT FROM sum(l.tax_minor)
            OR bool_or(l.currency <> i.currency)""",
    "A series of invoice numbers has a gap or a double (D21)": """
        SELECT s.series || ' ' || s.year AS what FROM number_series s
        LEFT JOIN invoices i ON i.series = s.series AND i.series_year = s.year
        GROUP BY s.series, s.year
        HAVING s.last_number <> count(i.sequence) OR s.last_number <> count(DISTINCT i.sequence)
            OR s.last_number <> coalesce(max(i.sequence), 0)""",
    "An invoice has a number outside every series (D21)": """
        SELECT i.number AS what FROM invoices i
        LEFT JOIN number_series s ON s.series = i.series AND s.year = i.series_year
        WHERE i.number IS NOT NULL AND s.series IS NULL""",
    "More, or less, was paid of an invoice than it says": """
        SELECT i.number AS what FROM invoices i
        LEFT JOIN LATERAL (SELECT sum(a.paid_minor) AS minor FROM payment_allocations a
                           WHERE a.invoice_id = i.id) p ON true
        LEFT JOIN LATERAL (SELECT -sum(e.minor) AS minor FROM credit_entries e WHERE e.invoice_id = i.id) c ON true
        WHERE coalesce(p.minor, 0) + coalesce(c.minor, 0) <> i.paid_minor OR i.paid_minor > i.total_minor""",
    "An invoice has two live attempts to pay it": """
        SELECT a.invoice_id::text AS what FROM payment_allocations a JOIN payments p ON p.id = a.payment_id
        WHERE p.state IN ('created', 'requires_action', 'processing') GROUP BY 1 HAVING count(*) > 1""",
    "A payment's invoices do not know whether its outcome is open": """
        SELECT p.id::text AS what FROM payments p JOIN payment_allocations a ON a.payment_id = p.id
        WHERE a.live <> (p.state IN ('created', 'requires_action', 'processing'))""",
    "Money was received that is neither paid to an invoice, nor credit, nor paid back": """
        SELECT p.id::text AS what FROM payments p
        LEFT JOIN LATERAL (SELECT sum(a.paid_minor) AS minor FROM payment_allocations a
                           WHERE a.payment_id = p.id) a ON true
        LEFT JOIN LATERAL (SELECT sum(e.minor) AS minor FROM credit_entries e WHERE e.payment_id = p.id) c ON true
        LEFT JOIN LATERAL (SELECT sum(amount_minor) AS minor FROM refunds r
                           WHERE r.payment_id = p.id AND r.outside) o ON true
        WHERE coalesce(a.minor, 0) + coalesce(c.minor, 0) <> p.uncovered_minor
            + CASE p.state WHEN 'succeeded' THEN p.amount_minor - coalesce(o.minor, 0) ELSE 0 END""",
    "A payment does not know what of it was paid back": """
        SELECT p.id::text AS what FROM payments p LEFT JOIN refunds r ON r.payment_id = p.id AND r.state <> 'failed'
        GROUP BY p.id HAVING p.refunded_minor <> coalesce(sum(r.amount_minor), 0)""",
    "A credit is not the sum of its entries": """
        SELECT bill_group_id::text AS what FROM credits c
        FULL JOIN (SELECT bill_group_id, sum(minor) AS minor FROM credit_entries GROUP BY 1) e USING (bill_group_id)
        WHERE c.minor IS DISTINCT FROM e.minor""",
    "A refund is not what was taken from the credit": """
        SELECT r.id::text AS what FROM refunds r LEFT JOIN credit_entries e ON e.refund_id = r.id WHERE NOT r.outside
        GROUP BY r.id HAVING coalesce(sum(e.minor), 0) <> CASE r.state WHEN 'failed' THEN 0 ELSE -r.amount_minor END""",
    "Auto-pay is on without a default payment method": """
        SELECT g.bill_group_id::text AS what FROM bill_groups g WHERE g.auto_pay AND NOT EXISTS (
            SELECT FROM payment_methods m WHERE m.bill_group_id = g.bill_group_id AND m.is_default)""",
    "A charge is being tried without an attempt, or an attempt without a charge": """
        SELECT c.id::text AS what FROM charges c LEFT JOIN payments p ON p.id = c.payment_id
        WHERE c.state = 'charging' AND p.state IS DISTINCT FROM 'created'
            OR c.state = 'processing' AND p.state IS DISTINCT FROM 'processing'
        UNION ALL SELECT p.id::text FROM payments p WHERE p.state = 'created'
            AND NOT EXISTS (SELECT FROM charges c WHERE c.payment_id = p.id)""",
    "A line is billed for a service that was not provisioned (D18)": """
        SELECT l.service_id::text AS what FROM invoice_lines l JOIN subscriptions s ON s.id = l.subscription_id
        WHERE s.billing_started_at IS NULL
            OR l.period_from < coalesce(s.started_on, (s.billing_started_at AT TIME ZONE 'UTC')::date)""",
    "Two lines bill the same days of a service": """
        SELECT a.service_id::text AS what
        FROM invoice_lines a JOIN invoice_lines b USING (subscription_id, kind, terms)
        WHERE a.id < b.id AND a.kind <> 'unused'
          AND (a.period_from, a.period_to + 1) OVERLAPS (b.period_from, b.period_to + 1)""",
    "An open amount is not that of the invoices (O12)": """
        SELECT bill_group_id || ', due ' || due_on AS what
        FROM (SELECT bill_group_id, due_on, sum(total_minor - paid_minor) AS minor FROM invoices
              WHERE status IN ('open', 'partially_paid') GROUP BY 1, 2) i
        FULL JOIN (SELECT * FROM open_amounts WHERE minor <> 0) kept USING (bill_group_id, due_on)
        WHERE i.minor IS DISTINCT FROM kept.minor""",
    "The spend of a month is not that of the invoices": """
        SELECT bill_group_id || ', ' || service_kind || ', ' || month AS what
        FROM (SELECT i.bill_group_id, date_trunc('month', i.issued_on::timestamp)::date AS month, l.service_kind,
                     i.currency, sum(l.net_minor + l.tax_minor) AS minor
              FROM invoices i JOIN invoice_lines l ON l.invoice_id = i.id WHERE i.status <> 'draft'
              GROUP BY 1, 2, 3, 4) i
        FULL JOIN spend kept USING (bill_group_id, month, service_kind, currency)
        WHERE i.minor IS DISTINCT FROM kept.minor""",
    "The next date of a bill group is not the first billing date from its first unbilled day on (O11)": f"""
        SELECT g.bill_group_id::text AS what FROM bill_groups g
        WHERE g.next_billing_on IS DISTINCT FROM {NEXT_BILLING_ON}""",  # noqa: S608 - constants
    "Of what waited for an invoice, more or less is on invoices than was taken from it": """
        SELECT p.id::text AS what FROM pending_lines p LEFT JOIN invoice_lines l ON l.pending_line_id = p.id
        GROUP BY p.id HAVING p.net_minor <> p.left_minor + coalesce(sum(l.net_minor), 0)""",
    "A subscription was billed for days after its end": """
        SELECT s.id::text AS what FROM subscriptions s JOIN invoice_lines l ON l.subscription_id = s.id
        WHERE l.kind = 'recurring' AND s.clock <> 'ended' AND l.period_to >= s.ends_on AND l.terms = s.terms
          AND (s.part_of IS NULL OR s.ends_on = s.own_ends_on)""",
    "The published MRR is not the sum of what is billed (P5)": mrr.WRONG,
    "The movements of the MRR do not add up to it": mrr.UNEXPLAINED,
    "What a bill group says of its contract, or of what it owes, is not so (O32)": """
        SELECT g.bill_group_id::text AS what FROM bill_groups g WHERE (g.has_contract, g.owes) <> (
            EXISTS (SELECT FROM subscriptions s WHERE s.bill_group_id = g.bill_group_id AND s.clock <> 'ended'),
            EXISTS (SELECT FROM invoices i WHERE i.bill_group_id = g.bill_group_id
                    AND i.status IN ('open', 'partially_paid')))""",
    "A bill group is past due without an invoice that is": """
        SELECT g.bill_group_id::text AS what FROM bill_groups g WHERE g.past_due_on IS NOT NULL AND NOT EXISTS (
            SELECT FROM invoices i WHERE i.bill_group_id = g.bill_group_id AND i.due_on <= g.past_due_on
            AND i.status IN ('open', 'partially_paid'))""",
    "An issued invoice is neither printed nor waits for it": """
        SELECT i.number AS what FROM invoices i LEFT JOIN invoice_files f ON f.invoice_id = i.id
        WHERE i.status <> 'draft' AND f.id IS NULL""",
    "An invoice could not be printed; its page in the portal has a button to try again": """
        SELECT number AS what FROM invoice_files WHERE failed_at IS NOT NULL AND due_at IS NULL""",
    "A document waits for an invoice that is printed, or given up": """
        SELECT d.number AS what FROM invoice_documents d JOIN invoice_files f USING (invoice_id)
        WHERE d.due_at IS NULL AND f.due_at IS NULL""",
    "An offer is not the sum of its lines (D20)": """
        SELECT o.number AS what FROM quote_offers o
        JOIN LATERAL (SELECT sum(once_net_minor) AS net, sum(once_tax_minor) AS tax,
                             sum(net_minor + tax_minor + once_net_minor + once_tax_minor) AS gross
                        FROM quote_lines l WHERE l.quote_id = o.quote_id AND l.version = o.version) l ON true
        WHERE (o.once_net_minor, o.once_tax_minor, o.gross_minor) IS DISTINCT FROM (l.net, l.tax, l.gross)""",
    "A quote is ordered with more, or less, than one order per line (I7)": """
        SELECT q.number AS what FROM quotes q
        WHERE q.state = 'ordered' AND EXISTS (
            SELECT FROM quote_lines l LEFT JOIN subscriptions s ON s.plan_version_id = l.plan_version_id
            WHERE l.quote_id = q.id AND l.version = q.offer_version
            GROUP BY l.id HAVING l.order_id IS NULL OR count(s.id) > 1)
        UNION ALL SELECT q.number FROM quotes q JOIN quote_lines l ON l.quote_id = q.id
        WHERE l.order_id IS NOT NULL AND (l.version <> q.offer_version OR q.state NOT IN ('accepted', 'ordered'))""",
    "A row of one workspace belongs to a row of another": """
        SELECT l.id::text AS what FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
        JOIN subscriptions s ON s.id = l.subscription_id JOIN bill_groups g ON g.bill_group_id = i.bill_group_id
        WHERE (l.workspace_id, s.workspace_id, g.workspace_id) <> (i.workspace_id, i.workspace_id, i.workspace_id)
        UNION ALL SELECT p.id::text FROM payment_allocations a JOIN payments p ON p.id = a.payment_id
        JOIN invoices i ON i.id = a.invoice_id WHERE (p.workspace_id, p.bill_group_id, a.workspace_id, a.bill_group_id)
            <> (i.workspace_id, i.bill_group_id, i.workspace_id, i.bill_group_id)
        UNION ALL SELECT m.id::text FROM payment_methods m JOIN bill_groups g ON g.bill_group_id = m.bill_group_id
        WHERE m.workspace_id <> g.workspace_id""",
}


async def verify(session: AsyncSession, *, files: Files | None = None) -> list[str]:
    """One sentence per violation, empty when all is well. ``session`` is of the worker role, which sees all rows. With
    ``files``, each file must be what was printed."""
    found = []
    for rule, query in CHECKS.items():
        found += [f"{rule}: {what}." for what in await session.scalars(text(query))]
    if files is not None:
        found += [
            f"The file of an invoice is lost or was changed: {number}." async for number in _wrong(session, files)
        ]
    return found


async def _wrong(session: AsyncSession, files: Files) -> AsyncIterator[str]:
    printed = select(InvoiceFile.number, InvoiceFile.key, InvoiceFile.sha256).where(
        InvoiceFile.key.is_not(None), InvoiceFile.due_at.is_(None)
    )
    for number, key, sha256 in (await session.execute(printed.order_by(InvoiceFile.number))).all():
        if not await is_intact(files, str(key), str(sha256)):
            yield number
