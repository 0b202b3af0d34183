"""Links that end by themselves, after a last day."""

from alembic import op

revision = "identity_0035"
down_revision = "identity_0033"
branch_labels = None
depends_on = None

COLUMN = "ALTER TABLE grants ADD COLUMN last_day date"
# The version that still runs beside this migration gives only previews an end, and all its rows satisfy these.
CONSTRAINTS = {
    "preview_ends": "source <> 'preview' OR expires_at IS NOT NULL",
    "who_may_end": "expires_at IS NULL OR source IN ('preview', 'link', 'on_behalf')",
    "last_day": "(source = 'link' AND expires_at IS NOT NULL) = (last_day IS NOT NULL)",
}
BEFORE = {"preview_ends": "(source = 'preview') = (expires_at IS NOT NULL)"}
ENDING = "CREATE INDEX ix_grants_ending_links ON grants (expires_at) WHERE source = 'link' AND expires_at IS NOT NULL"

PEOPLE = """
CREATE FUNCTION people_of_parent()
RETURNS TABLE (company text, link_id uuid, user_id uuid, address text, display_name text, role text{type})
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH here AS MATERIALIZED (
        SELECT w.workspace_id, p.workspace_id AS parent_id, p.display_name AS company
        FROM workspaces w JOIN workspaces p ON p.workspace_id = w.parent_workspace_id
        WHERE current_setting('portico.within', true) = '*'
            AND w.workspace_id = nullif(current_setting('portico.workspace', true), '')::uuid
    ), people AS MATERIALIZED (
        (SELECT g.id AS link_id, g.user_id, g.role{of_link} FROM grants g
         WHERE g.workspace_id = (SELECT workspace_id FROM here) AND g.source = 'link' AND NOT EXISTS (
             SELECT FROM grants a WHERE a.user_id = g.user_id AND a.workspace_id = (SELECT parent_id FROM here)
                 AND a.source IN ('membership', 'invitation') AND a.role = 'admin')
         ORDER BY g.person_name, g.user_id LIMIT 200)
        UNION ALL
        (SELECT NULL, g.user_id, 'admin'{of_admin} FROM grants g
         WHERE g.workspace_id = (SELECT parent_id FROM here) AND g.source IN ('membership', 'invitation')
             AND g.role = 'admin'
         ORDER BY g.person_name, g.user_id LIMIT 200)
    )
    SELECT here.company, p.link_id, u.id, u.address, u.display_name, p.role{shown}
    FROM people p JOIN users u ON u.id = p.user_id CROSS JOIN here
    ORDER BY p.link_id IS NULL, u.display_name, u.id LIMIT 200
$$
"""
LATTER = {"type": ", last_day date", "of_link": ", g.last_day", "of_admin": ", NULL::date", "shown": ", p.last_day"}
FORMER = dict.fromkeys(LATTER, "")


def upgrade() -> None:
    op.execute(COLUMN)
    _exchange(BEFORE, CONSTRAINTS)
    op.execute(ENDING)
    _replace(LATTER)


def _exchange(former: dict[str, str], latter: dict[str, str]) -> None:
    for name in former:
        op.execute(f"ALTER TABLE grants DROP CONSTRAINT ck_grants_{name}")
    for name, condition in latter.items():
        op.execute(f"ALTER TABLE grants ADD CONSTRAINT ck_grants_{name} CHECK ({condition})")


def _replace(parts: dict[str, str]) -> None:
    """A function whose columns change is made anew. Who reads some of them by name notices nothing."""
    op.execute("DROP FUNCTION people_of_parent()")
    op.execute(PEOPLE.format(**parts))
    op.execute("REVOKE EXECUTE ON FUNCTION people_of_parent() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION people_of_parent() TO portico_identity_api")


def downgrade() -> None:
    _replace(FORMER)
    op.execute("DROP INDEX ix_grants_ending_links")
    op.execute("ALTER TABLE grants DROP COLUMN last_day")  # with its constraint
    # FORCE applies row security to the owner too, who has no policy. It is lifted to change rows.
    op.execute("ALTER TABLE grants NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE grants SET expires_at = NULL WHERE source IN ('link', 'on_behalf')")
    op.execute("ALTER TABLE grants FORCE ROW LEVEL SECURITY")
    _exchange({"preview_ends": "", "who_may_end": ""}, BEFORE)
