"""Whether a workspace lets the admins of its parent in."""

from alembic import op

revision = "identity_0036"
down_revision = "identity_0035"
branch_labels = None
depends_on = None

COLUMN = "ALTER TABLE workspaces ADD COLUMN parent_admins_enter boolean NOT NULL DEFAULT true"
# An admin who is kept out may have a link from before they were one: it is what admits them.
PEOPLE = """
CREATE OR REPLACE FUNCTION people_of_parent()
RETURNS TABLE (company text, link_id uuid, user_id uuid, address text, display_name text, role text, last_day date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH here AS MATERIALIZED (
        SELECT w.workspace_id, p.workspace_id AS parent_id, p.display_name AS company{may}
        FROM workspaces w JOIN workspaces p ON p.workspace_id = w.parent_workspace_id
        WHERE current_setting('portico.within', true) = '*'
            AND w.workspace_id = nullif(current_setting('portico.workspace', true), '')::uuid
    ), people AS MATERIALIZED (
        (SELECT g.id AS link_id, g.user_id, g.role, g.last_day FROM grants g
         WHERE g.workspace_id = (SELECT workspace_id FROM here) AND g.source = 'link' AND NOT ({if_may}EXISTS (
             SELECT FROM grants a WHERE a.user_id = g.user_id AND a.workspace_id = (SELECT parent_id FROM here)
                 AND a.source IN ('membership', 'invitation') AND a.role = 'admin'))
         ORDER BY g.person_name, g.user_id LIMIT 200)
        UNION ALL
        (SELECT NULL, g.user_id, 'admin', NULL::date FROM grants g
         WHERE g.workspace_id = (SELECT parent_id FROM here{where_may})
             AND g.source IN ('membership', 'invitation') AND g.role = 'admin'
         ORDER BY g.person_name, g.user_id LIMIT 200)
    )
    SELECT here.company, p.link_id, u.id, u.address, u.display_name, p.role, p.last_day
    FROM people p JOIN users u ON u.id = p.user_id CROSS JOIN here
    ORDER BY p.link_id IS NULL, u.display_name, u.id LIMIT 200
$$
"""
LATTER = {
    "may": ", w.parent_admins_enter", "if_may": "(SELECT parent_admins_enter FROM here) AND ",
    "where_may": " WHERE parent_admins_enter",
}  # fmt: skip
FORMER = dict.fromkeys(LATTER, "")


def upgrade() -> None:
    op.execute(COLUMN)
    op.execute(PEOPLE.format(**LATTER))


def downgrade() -> None:
    op.execute(PEOPLE.format(**FORMER))
    op.execute("ALTER TABLE workspaces DROP COLUMN parent_admins_enter")
