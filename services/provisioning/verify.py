"""Invariants of provisioning's data, checked by `portico verify` and after each fault test."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.placements import service as placements
from services.provisioning.releases.comparing import compare_files
from services.provisioning.releases.store import Store, store_of
from services.provisioning.services import counts
from services.provisioning.settings import StoreSettings

STUCK_AFTER = timedelta(minutes=15)
"""Longer than the longest delay between retries of a driver call."""

# Each query returns one row per violation.
FORBIDDEN = {
    "something of the erased person {} is left": """
        SELECT e.user_id::text FROM erased_people e
         WHERE e.erased_at < CAST(:stuck_before AS timestamptz) - interval '8 hours' AND (
               EXISTS (SELECT FROM orders o WHERE o.begun_by = e.user_id AND o.begun_by_address IS NOT NULL)
               OR EXISTS (SELECT FROM operations o WHERE o.begun_by = e.user_id AND o.begun_by_address IS NOT NULL))""",
    "service {} works, but the account of its workspace was closed more than a day ago": """
        SELECT s.id::text FROM services s JOIN workspace_copies w ON w.id = s.workspace_id
         WHERE w.closed AND w.closes_at < CAST(:stuck_before AS timestamptz) - interval '1 day'
           AND s.state IN ('active', 'changing', 'suspended')""",
    "order {} is fulfilled without exactly one active service": """
        SELECT o.number FROM orders o LEFT JOIN services s ON s.order_id = o.id
           AND s.state NOT IN ('requested', 'provisioning', 'failed')
         WHERE o.state = 'fulfilled' AND o.kind = 'new' GROUP BY o.id HAVING count(s.id) <> 1""",
    "service {} is active, but its order is not fulfilled": """
        SELECT s.id::text FROM services s JOIN orders o ON o.id = s.order_id
         WHERE s.state IN ('active', 'changing', 'suspended') AND o.state <> 'fulfilled'""",
    "order {} waits, but no operation works on it": """
        SELECT o.number FROM orders o
         WHERE (o.state = 'provisioning' OR o.state = 'placed' AND o.kind NOT IN ('cancel', 'renew'))
           AND NOT EXISTS
               (SELECT FROM operations w WHERE w.order_id = o.id AND w.state IN ('queued', 'running'))
           AND NOT EXISTS (SELECT FROM services s JOIN services w ON w.id = s.part_of
                            WHERE s.order_id = o.id AND s.brought AND o.state = 'placed'
                              AND w.state IN ('requested', 'provisioning', 'failed'))""",
    "service {} is being changed or deleted, but no operation works on it": """
        SELECT s.id::text FROM services s WHERE (s.state = 'changing' OR s.state = 'deleting' AND NOT EXISTS
               (SELECT FROM orders o WHERE o.service_id = s.id AND o.kind = 'cancel'
                  AND (o.state = 'failed' OR o.state = 'placed' AND EXISTS
                       (SELECT FROM services p WHERE p.part_of = s.id AND p.state <> 'deleted'))))
           AND NOT EXISTS (SELECT FROM operations w WHERE w.service_id = s.id AND w.state IN ('queued', 'running'))""",
    "service {} ends with its period, but no order says so": """
        SELECT s.id::text FROM services s LEFT JOIN orders o ON o.id = s.cancelled_by AND o.service_id = s.id
         WHERE s.cancelled_by IS NOT NULL AND o.state IS DISTINCT FROM 'scheduled'
           AND (o.state IS DISTINCT FROM 'placed' AND s.state <> 'deleting')""",
    "order {} ends a service with its period, but the service does not know": """
        SELECT o.number FROM orders o JOIN services s ON s.id = o.service_id
         WHERE o.state = 'scheduled' AND s.cancelled_by IS DISTINCT FROM o.id""",
    "task {} is open, but nothing waits for it": """
        SELECT t.operation_id::text FROM manual_tasks t JOIN operations w ON w.id = t.operation_id
         WHERE t.is_open AND w.state NOT IN ('queued', 'running')""",
    "asset {} has another photo than it says": """
        SELECT s.id::text FROM services s FULL JOIN asset_photos p ON p.service_id = s.id
         WHERE s.photo_digest IS DISTINCT FROM p.digest""",
    "service {} has not what its newest change agreed": """
        SELECT s.id::text FROM services s JOIN LATERAL (SELECT o.* FROM orders o JOIN operations w ON w.order_id = o.id
               WHERE o.service_id = s.id AND o.kind = 'change' AND o.state = 'fulfilled'
               ORDER BY w.ended_at DESC LIMIT 1) o ON true
         WHERE (s.configuration, s.quantity, s.plan_version_id)
               IS DISTINCT FROM (o.configuration, o.quantity, o.plan_version_id)
            OR s.part_of IS NULL AND s.location_id IS DISTINCT FROM o.location_id""",
    "order {} is finished, but an operation still works on it": """
        SELECT o.number FROM orders o JOIN operations w ON w.order_id = o.id AND w.state IN ('queued', 'running')
         WHERE o.state IN ('fulfilled', 'failed')""",
    "order {} is failed, but the provider's staff do not see it": """
        SELECT o.number FROM orders o WHERE o.state = 'failed' AND o.kind <> 'renew'
           AND o.id NOT IN (SELECT order_id FROM failed_orders)""",
    "order {} is shown to the provider's staff, but is not failed": """
        SELECT o.number FROM orders o JOIN failed_orders f ON f.order_id = o.id WHERE o.state <> 'failed'""",
    "order {} is not what the provider's staff see of it": """
        SELECT o.number FROM orders o LEFT JOIN all_orders a ON a.order_id = o.id
         WHERE a.state IS DISTINCT FROM o.state""",
    "order {} is not seen by the workspace above its customer": """
        SELECT a.number FROM all_orders a JOIN workspace_copies w ON w.id = a.workspace_id
         WHERE a.parent_workspace_id IS DISTINCT FROM w.parent_workspace_id""",
    "operation {} has failed, but the provider's staff do not see it": """
        SELECT w.id::text FROM operations w WHERE w.state = 'failed' AND w.order_id IS NULL
           AND w.id NOT IN (SELECT operation_id FROM failed_work)""",
    "order {} is not placed, but has a service": """
        SELECT o.number FROM orders o JOIN services s ON s.order_id = o.id
         WHERE o.state IN ('awaiting_approval', 'awaiting_acknowledgement', 'refused', 'returned', 'withdrawn')""",
    "service {} is not suspended as it should be, and nobody will try": """
        SELECT s.id::text FROM services s WHERE s.state IN ('active', 'suspended')
           AND (cardinality(s.suspended_for) > 0) <> (s.state = 'suspended')
           AND s.settle_at < CAST(:stuck_before AS timestamptz)""",
    "operation {} is overdue, and no worker takes it": """
        SELECT w.id::text FROM operations w WHERE w.state IN ('queued', 'running')
           AND w.due_at < CAST(:stuck_before AS timestamptz)""",
    "operation {} did its steps out of order": """
        SELECT DISTINCT w.id::text FROM operations w JOIN operation_steps s ON s.operation_id = w.id
         WHERE w.verb = 'create'
           AND ((s.n < w.step AND s.state <> 'done') OR (s.n > w.step AND s.state <> 'waiting'))""",
    "operation {} was cancelled, but left a step that is done": """
        SELECT DISTINCT w.id::text FROM operations w JOIN operation_steps s ON s.operation_id = w.id
         WHERE w.state = 'cancelled' AND s.state = 'done' AND w.verb NOT IN ('diagnose', 'console_log')""",
    "operation {} succeeded with a step that is not done": """
        SELECT DISTINCT w.id::text FROM operations w JOIN operation_steps s ON s.operation_id = w.id
         WHERE w.state = 'succeeded' AND s.state <> 'done'""",
    "operation {} has not the steps that it says": """
        SELECT w.id::text FROM operations w LEFT JOIN operation_steps s ON s.operation_id = w.id
         GROUP BY w.id HAVING count(s.n) <> w.steps""",
    "{} was made outside, but no service is the owner of it": """
        SELECT DISTINCT key FROM simulated_steps WHERE key NOT IN (SELECT 'provision/' || id FROM services)
           AND key NOT IN (SELECT 'delete/' || id FROM services)
           AND key NOT IN (SELECT verb || '/' || id FROM operations WHERE verb <> 'create')""",
    "service {} is part of one in another workspace, or of a part": """
        SELECT s.id::text FROM services s JOIN services w ON w.id = s.part_of
         WHERE w.workspace_id <> s.workspace_id OR w.part_of IS NOT NULL""",
    "service {} is paid by another bill group than the service that it is part of": """
        SELECT s.id::text FROM services s JOIN services w ON w.id = s.part_of
         WHERE w.bill_group_id IS DISTINCT FROM s.bill_group_id AND s.state <> 'deleted' AND w.state <> 'deleted'""",
    "service {} is there, but the service that it is part of is deleted": """
        SELECT s.id::text FROM services s JOIN services w ON w.id = s.part_of
         WHERE w.state = 'deleted' AND s.state <> 'deleted'""",
    "service {} is not to be suspended as the service that it is part of": """
        SELECT s.id::text FROM services s JOIN services w ON w.id = s.part_of
         WHERE s.state <> 'deleted' AND w.state <> 'deleted'
           AND (cardinality(w.suspended_for) > 0) <> ('whole' = ANY(s.suspended_for))""",
    "host {} says that something else is taken than its services take": placements.WRONG,
    "service {} is said to run elsewhere than on its host": """
        SELECT s.id::text FROM services s LEFT JOIN placements p ON p.service_id = s.id
          LEFT JOIN hosts h ON h.id = p.host_id WHERE s.site_id IS DISTINCT FROM h.site_id""",
    "operation {} keeps credentials that nobody can be shown any more": """
        SELECT w.id::text FROM sealed_credentials c JOIN operations w ON w.id = c.operation_id
         WHERE c.sealed IS NOT NULL AND (w.state IN ('failed', 'cancelled')
               OR c.made_at < CAST(:stuck_before AS timestamptz) - interval '1 hour')""",
    "service {} has not the licence that it should have": """
        SELECT s.id::text FROM services s LEFT JOIN licences l ON l.service_id = s.id
         WHERE s.kind = 'licence' AND CASE
               WHEN s.state IN ('active', 'changing', 'suspended') THEN
                    l.id IS NULL OR l.ended_at IS NOT NULL OR l.on_hold <> (s.state = 'suspended')
               WHEN s.state = 'deleted' THEN l.id IS NOT NULL AND l.ended_at IS NULL ELSE false END""",
    "licence {} is of another workspace, bill group or location than its service": """
        SELECT l.id::text FROM licences l JOIN services s ON s.id = l.service_id
         WHERE (l.workspace_id, l.product_id, l.bill_group_id, l.location_id)
               IS DISTINCT FROM (s.workspace_id, s.product_id, s.bill_group_id, s.location_id)""",
    "licence {} is used on more machines than it is for": """
        SELECT l.id::text FROM licences l JOIN services s ON s.id = l.service_id
         WHERE (SELECT count(*) FROM licence_activations a WHERE a.licence_id = l.id) > s.quantity""",
    "the revoked keys of licence {} are not listed as such": """
        SELECT l.id::text FROM licences l LEFT JOIN licence_revocations r ON r.licence_id = l.id
         WHERE coalesce(r.generation, 0)
               <> CASE WHEN l.state IN ('revoked', 'ended') THEN l.generation ELSE l.generation - 1 END""",
    "the counts of workspace {} are not those of its services": counts.WRONG,
}


async def verify(session: AsyncSession, *, now: datetime, store: Store | None = None) -> list[str]:
    """One line per violation, empty when all is well. ``now`` is real time. ``session`` must see all rows. ``store`` is
    that of downloads, by default the one that the environment names."""
    broken = []
    for sentence, query in FORBIDDEN.items():
        stuck = {"stuck_before": now - STUCK_AFTER} if ":stuck_before" in query else {}
        broken += [sentence.format(name) for name in (await session.execute(text(query), stuck)).scalars()]
    return broken + await compare_files(session, store or store_of(StoreSettings()))
