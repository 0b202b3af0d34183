from services.identity.access_requests.endpoints import router as access_requests
from services.identity.access_rules.endpoints import router as access_rules
from services.identity.branding.endpoints import router as branding
from services.identity.closings.endpoints import router as closings
from services.identity.contacts.endpoints import router as contacts
from services.identity.customers.endpoints import router as customers
from services.identity.destinations.endpoints import router as destinations
from services.identity.erasures.endpoints import router as erasures
from services.identity.exports.lists import EXPORTS
from services.identity.grants.endpoints import router as grants
from services.identity.handlers import router as events
from services.identity.holders.endpoints import router as holders
from services.identity.invitations.endpoints import router as invitations
from services.identity.jobs import jobs
from services.identity.keys.endpoints import router as keys
from services.identity.links.endpoints import router as links
from services.identity.location_invitations.endpoints import router as location_invitations
from services.identity.me.endpoints import router as me
from services.identity.moves.endpoints import router as moves
from services.identity.on_behalf.endpoints import router as on_behalf
from services.identity.own_accounts.endpoints import router as own_accounts
from services.identity.own_data.endpoints import router as own_data
from services.identity.partners.endpoints import router as partners
from services.identity.portals.endpoints import router as portals
from services.identity.previews.endpoints import router as previews
from services.identity.sessions.endpoints import router as sessions
from services.identity.settings import Settings
from services.identity.sign_in_challenges.endpoints import router as sign_in_challenges
from services.identity.suspensions.endpoints import router as suspensions
from services.identity.tokens.endpoints import router as tokens
from services.identity.users.endpoints import router as users
from services.identity.workspace_settings.endpoints import router as workspace_settings
from services.identity.workspaces.endpoints import router as workspaces
from shared.app import ServiceDefinition
from shared.bodies import IMAGE_BODY_BYTES
from shared.events.identity import AttemptRefused
from shared.exports.endpoints import exports_router
from shared.reads import scoped

# Other services query their copy of the grants. Identity queries the grants themselves, which are never stale.
ACCESS_QUERY = scoped(
    """
SELECT coalesce(u.grants_version, 0) AS version, s.id IS NULL AS ended,
  coalesce(w.holder_control, true) AS holder_control, g.role, g.bill_group_id, g.location_id, g.holder,
  coalesce(w.version, 0) AS workspace_version, w.parent_workspace_id,
  w.closed_at IS NOT NULL AS closed,
  (w.suspended_at IS NOT NULL OR w.closed_at IS NOT NULL) AND ($4::uuid IS NULL OR NOT EXISTS (
    SELECT FROM workspaces p WHERE p.workspace_id = w.parent_workspace_id AND p.kind = 'provider')) AS suspended
FROM (SELECT $1::uuid AS user_id) p
LEFT JOIN workspaces w ON w.workspace_id = $2
LEFT JOIN users u ON u.id = p.user_id
LEFT JOIN sessions s ON s.id = $3 AND s.user_id = p.user_id AND s.ended_at IS NULL
LEFT JOIN grants g ON g.user_id = p.user_id AND g.workspace_id = $2
  AND g.source <> 'link' AND g.session_id IS NOT DISTINCT FROM $4::uuid AND (g.source = 'preview') = $5::boolean
""",
    workspace="$2::uuid::text",
    person="$1::uuid::text",
    within="'-'",
)

service = ServiceDefinition(
    "identity",
    Settings,
    routers=[
        sign_in_challenges,
        sessions,
        tokens,
        keys,
        workspaces,
        workspace_settings,
        branding,
        me,
        users,
        holders,
        grants,
        invitations,
        contacts,
        customers,
        partners,
        suspensions,
        moves,
        access_requests,
        links,
        location_invitations,
        access_rules,
        portals,
        on_behalf,
        previews,
        destinations,
        own_accounts,
        own_data,
        erasures,
        closings,
        exports_router("identity"),
    ],
    events=events,
    jobs=jobs,
    exports=EXPORTS,
    attempts=AttemptRefused,
    access_query=ACCESS_QUERY,
    large_bodies={"/api/identity/branding/logo": IMAGE_BODY_BYTES},
)
