"""Campaigns of news: who they are for, what became of them, and their deliveries, which wait behind all others."""

from alembic import op

revision = "notifications_0071"
down_revision = "notifications_0070"
branch_labels = None
depends_on = "plumbing_0005"

CAMPAIGNS = """
CREATE TABLE campaigns (
    id uuid CONSTRAINT pk_campaigns PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL,
    topic text NOT NULL,
    texts jsonb NOT NULL CONSTRAINT ck_campaigns_texts CHECK (texts ? 'en'),
    button_url text,
    segment jsonb NOT NULL,
    state text NOT NULL CONSTRAINT ck_campaigns_state
        CHECK (state IN ('draft', 'scheduled', 'sending', 'sent', 'stopped')),
    version integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    scheduled_for timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    tested_at timestamptz,
    reached uuid,
    is_prepared boolean NOT NULL DEFAULT false,
    recipients integer NOT NULL DEFAULT 0,
    sent_count integer NOT NULL DEFAULT 0,
    failed_count integer NOT NULL DEFAULT 0,
    opted_out_count integer NOT NULL DEFAULT 0,
    left_out_count integer NOT NULL DEFAULT 0,
    due_at timestamptz DEFAULT clock_timestamp(),
    lease_id uuid,
    tries integer NOT NULL CONSTRAINT ck_campaigns_tries CHECK (tries >= 0),
    correlation_id uuid NOT NULL,
    begun_by uuid,
    begun_by_address text,
    begun_via text NOT NULL,
    causation_id uuid,
    parent_workspace_id uuid,
    traceparent text,
    CONSTRAINT ck_campaigns_lease CHECK (lease_id IS NULL OR due_at IS NOT NULL),
    CONSTRAINT ck_campaigns_scheduled_for CHECK ((state = 'draft') = (scheduled_for IS NULL)),
    CONSTRAINT ck_campaigns_started_at CHECK ((state IN ('draft', 'scheduled')) = (started_at IS NULL)),
    CONSTRAINT ck_campaigns_ended_at CHECK ((state IN ('sent', 'stopped')) = (ended_at IS NOT NULL)),
    CONSTRAINT ck_campaigns_counts CHECK (sent_count + failed_count + opted_out_count + left_out_count <= recipients)
)
"""
PACE = """
CREATE TABLE news_pace (
    id integer CONSTRAINT pk_news_pace PRIMARY KEY CONSTRAINT ck_news_pace_one_row CHECK (id = 1),
    next_at timestamptz NOT NULL
)
"""
CHANGES = (
    "ALTER TABLE deliveries ADD COLUMN campaign_id uuid CONSTRAINT fk_deliveries_campaign_id REFERENCES campaigns",
    "CREATE INDEX ix_campaigns_newest ON campaigns (workspace_id, created_at, id)",
    "CREATE INDEX ix_campaigns_due_at ON campaigns (due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX ix_deliveries_campaign_id ON deliveries (campaign_id) WHERE due_at IS NOT NULL",
    "CREATE INDEX ix_deliveries_news ON deliveries (due_at) WHERE campaign_id IS NOT NULL AND due_at IS NOT NULL",
    "CREATE INDEX ix_deliveries_other ON deliveries (due_at) WHERE campaign_id IS NULL AND due_at IS NOT NULL",
)
# Each person once, however many workspaces they belong to the segment by: with the first of them. The range of ids is
# for pages, and for one person. It is inlined into each query that uses it.
PEOPLE = """
CREATE FUNCTION people_of_segment(
    kinds text[], sellers text, partner_id uuid, roles text[], language text, first_id uuid, last_id uuid
) RETURNS TABLE (user_id uuid, workspace_id uuid, parent_workspace_id uuid, tag text) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (g.user_id) g.user_id, w.id, w.parent_workspace_id, coalesce(p.locale, w.locale)
    FROM access_grants g
    JOIN workspace_copies w ON w.id = g.workspace_id
    JOIN people p ON p.user_id = g.user_id
    LEFT JOIN workspace_copies s ON s.id = w.parent_workspace_id
    WHERE g.user_id BETWEEN first_id AND last_id
      AND g.source IN ('membership', 'invitation', 'location_invitation')
      AND g.role = ANY (roles) AND w.kind = ANY (kinds)
      AND CASE sellers WHEN 'all' THEN true WHEN 'direct' THEN s.kind = 'provider'
          ELSE partner_id IN (w.id, w.parent_workspace_id) END
      AND (language IS NULL OR split_part(coalesce(p.locale, w.locale), '-', 1) = language)
    ORDER BY g.user_id, w.id
$$
"""
# As the owner, because requests may not read people and what they chose. What the provider may know of them here is
# how many there are.
COUNT = """
CREATE FUNCTION count_of_segment(
    of_topic text, kinds text[], sellers text, partner_id uuid, roles text[], language text
) RETURNS TABLE (people integer, switched_off integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*)::integer, count(f.user_id)::integer
    FROM people_of_segment(
        kinds, sellers, partner_id, roles, language,
        '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'
    ) AS found
    LEFT JOIN preferences f
      ON f.user_id = found.user_id AND f.topic = of_topic AND f.channel = 'mail' AND NOT f.wanted
    WHERE EXISTS (
        SELECT FROM workspace_copies w
        WHERE w.id = nullif(current_setting('portico.workspace', true), '')::uuid AND w.kind = 'provider'
    )
$$
"""
SIGNATURE = "count_of_segment(text, text[], text, uuid, text[], text)"
GRANTS = (
    f"REVOKE EXECUTE ON FUNCTION {SIGNATURE} FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO portico_notifications_api",
)


def upgrade() -> None:
    for statement in (CAMPAIGNS, PACE, *CHANGES, PEOPLE, COUNT, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {SIGNATURE}")
    op.execute("DROP FUNCTION people_of_segment(text[], text, uuid, text[], text, uuid, uuid)")
    op.execute("ALTER TABLE deliveries DROP COLUMN campaign_id")
    op.execute("DROP TABLE campaigns, news_pace")
