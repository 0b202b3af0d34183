"""Invariants of identity's data, checked by ``portico verify`` and after each fault test."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# Published events are kept for some days only: among those, no version may be missing or duplicated.
_VERSIONS = r"""
SELECT 'person ' || u.id || ': grants version ' || u.grants_version || ', but the events kept lead from '
  || e.first || ' to ' || e.last || ' in ' || e.steps || ' steps'
FROM users u JOIN (
  SELECT (body::jsonb->>'user_id')::uuid AS user_id, min((body::jsonb->>'from_version')::bigint) AS first,
    max((body::jsonb->>'to_version')::bigint) AS last, count(*) AS steps
  FROM outbox WHERE (routing_key LIKE 'identity.access\_%' OR routing_key LIKE 'identity.on\_behalf\_%'
    OR routing_key LIKE 'identity.preview\_%') AND body::jsonb->>'to_version' IS NOT NULL
  GROUP BY 1
) e ON e.user_id = u.id
WHERE e.last <> u.grants_version OR e.last - e.first <> e.steps
"""

_INVARIANTS = (
    _VERSIONS,
    """
    SELECT 'person ' || u.id || ': erased, but something of them is left' FROM users u
    WHERE u.erased_at IS NOT NULL AND (
      EXISTS (SELECT FROM grants g WHERE g.user_id = u.id) OR EXISTS (SELECT FROM sessions s WHERE s.user_id = u.id)
      OR EXISTS (SELECT FROM asked_workspaces a WHERE a.user_id = u.id)
      OR EXISTS (SELECT FROM invitations i WHERE i.invited_by = u.id AND i.inviter <> '')
      OR EXISTS (SELECT FROM access_requests r WHERE r.user_id = u.id AND (r.message <> '' OR r.state = 'pending')))
    """,
    """
    SELECT 'person ' || u.id || ': erased, but no request of theirs says so, or the other way round'
    FROM users u LEFT JOIN erasures e ON e.user_id = u.id AND e.state = 'done'
    WHERE (u.erased_at IS NULL) <> (e.id IS NULL)
    """,
    """
    SELECT 'grant ' || g.id || ': on behalf, but its browser session is over or works elsewhere'
    FROM grants g LEFT JOIN sessions s ON s.id = g.session_id AND s.user_id = g.user_id AND s.ended_at IS NULL
      AND s.acting_workspace_id = g.workspace_id
    WHERE g.source = 'on_behalf' AND s.id IS NULL
    """,
    """
    SELECT 'grant ' || g.id || ': on behalf as ' || g.role || ', which no membership and link of the person give'
    FROM grants g JOIN workspaces w ON w.workspace_id = g.workspace_id
    WHERE g.source = 'on_behalf' AND NOT EXISTS (
      SELECT FROM grants m LEFT JOIN grants l ON l.user_id = g.user_id AND l.workspace_id = g.workspace_id
        AND l.source = 'link' AND l.role = g.role
      WHERE m.user_id = g.user_id AND m.workspace_id = w.parent_workspace_id
        AND m.source IN ('membership', 'invitation') AND (l.id IS NOT NULL
          OR (w.parent_admins_enter AND 'admin' = ALL (ARRAY[m.role, g.role]))))
    """,
    """
    SELECT 'grant ' || g.id || ': on behalf, and ends at another time than the link that it is under'
    FROM grants g JOIN workspaces w ON w.workspace_id = g.workspace_id
    JOIN grants l ON l.user_id = g.user_id AND l.workspace_id = g.workspace_id AND l.source = 'link'
    WHERE g.source = 'on_behalf' AND g.expires_at IS DISTINCT FROM l.expires_at AND NOT EXISTS (
      SELECT FROM grants m WHERE m.user_id = g.user_id AND m.workspace_id = w.parent_workspace_id
        AND m.source IN ('membership', 'invitation') AND m.role = 'admin')
    """,
    """
    SELECT 'grant ' || g.id || ': a preview, but its browser session is over or shows none of it'
    FROM grants g LEFT JOIN sessions s ON s.id = g.session_id AND s.user_id = g.user_id AND s.ended_at IS NULL
      AND s.acting_workspace_id = g.workspace_id AND s.previewing_from = g.parent_workspace_id
    WHERE g.source = 'preview' AND s.id IS NULL
    """,
    """
    SELECT 'grant ' || g.id || ': a preview by somebody who may open none, or of a bill group of nobody below'
    FROM grants g JOIN workspaces w ON w.workspace_id = g.workspace_id
    WHERE g.source = 'preview' AND NOT EXISTS (
      SELECT FROM grants m JOIN workspaces p ON p.workspace_id = m.workspace_id AND p.kind = 'provider'
        JOIN bill_groups b ON b.bill_group_id = g.bill_group_id AND b.workspace_id = w.workspace_id
      WHERE m.user_id = g.user_id AND m.workspace_id = g.parent_workspace_id AND w.kind = 'customer'
        AND m.source IN ('membership', 'invitation') AND m.role IN ('admin', 'regular', 'support'))
    """,
    """
    SELECT 'grant ' || g.id || ': lists its person under another name'
    FROM grants g JOIN users u ON u.id = g.user_id WHERE g.person_name <> u.display_name
    """,
    """
    SELECT 'grant ' || g.id || ': of a visitor whom its access rule does not admit'
    FROM grants g JOIN users u ON u.id = g.user_id LEFT JOIN access_rules r ON r.id = g.access_rule_id
      AND r.workspace_id = g.workspace_id AND r.bill_group_id = g.bill_group_id
      AND CASE r.kind WHEN 'domain' THEN split_part(u.address_key, '@', 2) ELSE u.address_key END = r.value
    WHERE g.source = 'access_rule' AND r.id IS NULL
    """,
    """
    SELECT 'access rule ' || a.id || ': the domain ' || d.value || ' has access as a whole'
    FROM access_rules a JOIN access_rules d ON d.bill_group_id = a.bill_group_id AND d.kind = 'domain'
      AND d.value = a.domain
    WHERE a.kind = 'address'
    """,
    """
    SELECT 'grant ' || g.id || ': its bill group''s portal is not open, and nothing is on its way to end it'
    FROM grants g LEFT JOIN bill_groups b ON b.bill_group_id = g.bill_group_id AND b.workspace_id = g.workspace_id
    WHERE g.source = 'access_rule' AND (b.bill_group_id IS NULL OR (NOT b.visitors_leave
      AND NOT (b.portal_on AND (b.owes OR (b.has_contract AND NOT b.is_closed)))))
    """,
    """
    SELECT 'grant ' || g.id || ': of a location that is closed or unknown, and nothing is on its way to end it'
    FROM grants g LEFT JOIN locations l ON l.location_id = g.location_id AND l.workspace_id = g.workspace_id
      AND l.bill_group_id = g.bill_group_id
    WHERE g.location_id IS NOT NULL AND (l.location_id IS NULL OR (l.is_closed AND NOT l.to_settle))
    """,
    """
    SELECT 'session ' || s.id || ': its visitor''s grant has ended'
    FROM sessions s LEFT JOIN grants g ON g.id = s.entry_grant_id AND g.user_id = s.user_id
    WHERE s.entry_grant_id IS NOT NULL AND s.ended_at IS NULL AND g.id IS NULL
    """,
    """
    SELECT 'bill group ' || b.bill_group_id || ': has no portal' FROM bill_groups b
    LEFT JOIN portals p ON p.bill_group_id = b.bill_group_id AND p.workspace_id = b.workspace_id WHERE p.key IS NULL
    """,
    """
    SELECT 'workspace ' || w.slug || ': connected, but nobody is its admin'
    FROM workspaces w WHERE w.connected_at IS NOT NULL AND w.closed_at IS NULL AND NOT EXISTS (
      SELECT FROM grants g WHERE g.workspace_id = w.workspace_id AND g.role = 'admin'
        AND g.source IN ('membership', 'invitation'))
    """,
    """
    SELECT 'link ' || g.id || ': of a person who does not belong to the parent workspace'
    FROM grants g JOIN workspaces w ON w.workspace_id = g.workspace_id
    WHERE g.source = 'link' AND NOT EXISTS (
      SELECT FROM grants m WHERE m.user_id = g.user_id AND m.workspace_id = w.parent_workspace_id
        AND m.source IN ('membership', 'invitation'))
    """,
    """
    SELECT 'grant ' || g.id || ': not from the parent of its workspace'
    FROM grants g JOIN workspaces w ON w.workspace_id = g.workspace_id
    WHERE g.source <> 'preview' AND g.parent_workspace_id IS NOT NULL
      AND w.parent_workspace_id IS DISTINCT FROM g.parent_workspace_id
    """,
    """
    SELECT 'customer ' || w.slug || ': its row of the overview disagrees with the workspace'
    FROM workspaces w LEFT JOIN customer_overview c ON c.workspace_id = w.workspace_id
    WHERE w.parent_workspace_id IS NOT NULL AND w.removed_at IS NULL AND (c.workspace_id IS NULL
      OR c.parent_workspace_id <> w.parent_workspace_id OR c.slug <> w.slug OR c.kind <> w.kind
      OR c.display_name <> w.display_name OR c.account_number <> w.account_number
      OR (c.suspended_at, c.closes_at, c.closed_at) IS DISTINCT FROM (w.suspended_at, w.closes_at, w.closed_at)
      OR c.parent_admins_enter <> w.parent_admins_enter
      OR (c.status = 'connected') <> (w.connected_at IS NOT NULL))
    """,
    """
    SELECT 'workspace ' || w.slug || ': removed, but listed, invited, or somebody has access'
    FROM workspaces w WHERE w.removed_at IS NOT NULL AND (
      EXISTS (SELECT FROM customer_overview c WHERE c.workspace_id = w.workspace_id)
      OR EXISTS (SELECT FROM invitations i WHERE i.workspace_id = w.workspace_id AND i.state = 'pending')
      OR EXISTS (SELECT FROM contacts c WHERE c.workspace_id = w.workspace_id)
      OR EXISTS (SELECT FROM grants g WHERE g.workspace_id = w.workspace_id))
    """,
    """
    SELECT 'workspace ' || w.slug || ': its account should have been closed a day ago'
    FROM workspaces w WHERE w.closes_at < now() - interval '1 day' AND w.closed_at IS NULL
    """,
    """
    SELECT 'workspace ' || w.slug || ': closed, but somebody is invited, or others than its holders have access'
    FROM workspaces w WHERE w.closed_at IS NOT NULL AND (
      EXISTS (SELECT FROM invitations i WHERE i.workspace_id = w.workspace_id AND i.state = 'pending')
      OR EXISTS (SELECT FROM access_rules r WHERE r.workspace_id = w.workspace_id)
      OR EXISTS (SELECT FROM grants g WHERE g.workspace_id = w.workspace_id AND g.holder IS NULL
        AND g.source NOT IN ('on_behalf', 'preview')))
    """,
    """
    SELECT 'move ' || m.id || ': open, but of a workspace that somebody else is above, or that nobody has signed up for'
    FROM moves m JOIN workspaces w ON w.workspace_id = m.workspace_id
    WHERE m.state = 'proposed' AND (m.from_workspace_id IS DISTINCT FROM w.parent_workspace_id
      OR w.kind <> 'customer' OR w.connected_at IS NULL)
    """,
    """
    SELECT 'workspace ' || w.slug || ': its slug is not kept as the one that it has'
    FROM workspaces w LEFT JOIN workspace_slugs s ON s.slug = w.slug AND s.workspace_id = w.workspace_id
      AND s.until IS NULL WHERE s.slug IS NULL
    """,
    """
    SELECT 'workspace ' || workspace_id || ': its totals are not those of its customers' FROM (
      SELECT parent_workspace_id AS workspace_id, status = 'connected' AS connected, count(*) AS customers,
        sum(ports) AS ports, sum(virtual_circuits) AS virtual_circuits, sum(cloud_connections) AS cloud_connections
      FROM customer_overview WHERE kind = 'customer' GROUP BY 1, 2) c
    FULL JOIN (SELECT * FROM customer_totals WHERE customers <> 0) kept
      USING (workspace_id, connected, customers, ports, virtual_circuits, cloud_connections)
    WHERE (c IS NULL) <> (kept IS NULL)
    """,
    """
    SELECT 'workspace ' || workspace_id || ': its revenue in ' || currency || ' is not that of its customers' FROM (
      SELECT workspace_id, connected, currency, sum(customers) AS customers, sum(minor) AS minor FROM (
        SELECT parent_workspace_id AS workspace_id, status = 'connected' AS connected, currency, 1 AS customers,
          0 AS minor
        FROM customer_overview WHERE kind = 'customer' AND currency IS NOT NULL
        UNION ALL SELECT parent_workspace_id, status = 'connected', a->>'currency', 0, (a->>'amount_minor')::bigint
        FROM customer_overview, jsonb_array_elements(mrr) a WHERE kind = 'customer' AND has_mrr) amounts
      GROUP BY 1, 2, 3 HAVING (sum(customers), sum(minor)) <> (0, 0)) c
    FULL JOIN (SELECT * FROM customer_revenue WHERE (customers, minor) <> (0, 0)) kept
      USING (workspace_id, connected, currency, customers, minor)
    WHERE (c IS NULL) <> (kept IS NULL)
    """,
    """
    SELECT 'link ' || coalesce(g.id, l.grant_id) || ': its customer is not linked as it is listed'
    FROM (grants g JOIN customer_overview o ON o.workspace_id = g.workspace_id AND g.source = 'link')
    FULL JOIN linked_customers l ON l.grant_id = g.id
    WHERE (g.user_id, o.workspace_id, o.parent_workspace_id, g.role, o.kind, o.connected, o.sort_name, o.words, o.mrr,
        o.mrr_sort_minor, o.has_mrr, o.currency, o.ports, o.virtual_circuits, o.cloud_connections, o.last_activity_at,
        o.last_order_at, o.invited_at, o.invitation_expires_at)
      IS DISTINCT FROM (l.user_id, l.customer_id, l.workspace_id, l.role, l.kind, l.connected, l.sort_name, l.words,
        l.mrr, l.mrr_sort_minor, l.has_mrr, l.currency, l.ports, l.virtual_circuits, l.cloud_connections,
        l.last_activity_at, l.last_order_at, l.invited_at, l.invitation_expires_at)
    """,
    """
    SELECT 'person ' || user_id || ': the totals of linked customers are not theirs' FROM (
      SELECT user_id, workspace_id, connected, count(*) AS customers,
        sum(CASE WHEN hidden THEN 0 ELSE ports END) AS ports,
        sum(CASE WHEN hidden THEN 0 ELSE virtual_circuits END) AS virtual_circuits,
        sum(CASE WHEN hidden THEN 0 ELSE cloud_connections END) AS cloud_connections
      FROM linked_customers WHERE kind = 'customer' GROUP BY 1, 2, 3) c
    FULL JOIN (SELECT * FROM linked_totals WHERE customers <> 0) kept
      USING (user_id, workspace_id, connected, customers, ports, virtual_circuits, cloud_connections)
    WHERE (c IS NULL) <> (kept IS NULL)
    """,
    """
    SELECT 'person ' || user_id || ': the revenue of linked customers in ' || currency || ' is not theirs' FROM (
      SELECT user_id, workspace_id, connected, currency, sum(customers) AS customers, sum(minor) AS minor FROM (
        SELECT user_id, workspace_id, connected, currency, 1 AS customers, 0 AS minor
        FROM linked_customers WHERE kind = 'customer' AND NOT hidden AND currency IS NOT NULL
        UNION ALL SELECT user_id, workspace_id, connected, a->>'currency', 0, (a->>'amount_minor')::bigint
        FROM linked_customers, jsonb_array_elements(mrr) a WHERE kind = 'customer' AND NOT hidden AND has_mrr) amounts
      GROUP BY 1, 2, 3, 4 HAVING (sum(customers), sum(minor)) <> (0, 0)) c
    FULL JOIN (SELECT * FROM linked_revenue WHERE (customers, minor) <> (0, 0)) kept
      USING (user_id, workspace_id, connected, currency, customers, minor)
    WHERE (c IS NULL) <> (kept IS NULL)
    """,
    """
    SELECT 'invitation ' || i.id || ': pending, but whoever sent it may not invite there any more'
    FROM invitations i JOIN invitation_secrets s ON s.invitation_id = i.id
    WHERE i.state = 'pending' AND i.expires_at > now() AND s.invited_by IS NOT NULL AND NOT EXISTS (
      SELECT FROM grants g WHERE g.user_id = s.invited_by AND g.role = 'admin' AND (
        (g.workspace_id = s.invited_from AND g.source IN ('membership', 'invitation'))
        OR (g.workspace_id = s.invited_in AND s.invited_in <> s.invited_from AND g.source = 'link')))
    """,
    """
    SELECT 'customer ' || c.slug || ': its row of the overview disagrees with the pending invitation'
    FROM customer_overview c LEFT JOIN LATERAL (
      SELECT i.* FROM invitations i WHERE i.workspace_id = c.workspace_id AND i.state = 'pending' AND NOT c.connected
      ORDER BY i.sent_at DESC LIMIT 1) i ON true
    WHERE (c.invited_at, c.invitation_expires_at, c.invitation_reminded_at, c.invitation_undelivered_at)
      IS DISTINCT FROM (i.sent_at, i.expires_at, i.reminded_at, i.undelivered_at)
    """,
    """
    SELECT 'invitation secret of ' || i.id || ': filed under another workspace'
    FROM invitation_secrets s JOIN invitations i ON i.id = s.invitation_id WHERE s.workspace_id <> i.workspace_id
    """,
)


async def verify(session: AsyncSession) -> list[str]:
    """One line per violation, empty when all is well. ``session`` is of the worker role, which sees all rows."""
    return [line for query in _INVARIANTS for line in await session.scalars(text(query))]
