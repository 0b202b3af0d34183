"""The people of a workspace's parent, read by keys: how many people there are makes no difference."""

from alembic import op

revision = "identity_0026"
down_revision = "identity_0025"
branch_labels = None
depends_on = None

# The joins with `here` that these keys replace read all grants of the workspace, and all users.
PEOPLE = """
CREATE OR REPLACE FUNCTION people_of_parent()
RETURNS TABLE (company text, link_id uuid, user_id uuid, address text, display_name text, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH here AS MATERIALIZED (
        SELECT w.workspace_id, p.workspace_id AS parent_id, p.display_name AS company
        FROM workspaces w JOIN workspaces p ON p.workspace_id = w.parent_workspace_id
        WHERE current_setting('portico.within', true) = '*'
            AND w.workspace_id = nullif(current_setting('portico.workspace', true), '')::uuid
    ), people AS MATERIALIZED (
        (SELECT g.id AS link_id, g.user_id, g.role FROM grants g
         WHERE g.workspace_id = (SELECT workspace_id FROM here) AND g.source = 'link' AND NOT EXISTS (
             SELECT FROM grants a WHERE a.user_id = g.user_id AND a.workspace_id = (SELECT parent_id FROM here)
                 AND a.source IN ('membership', 'invitation') AND a.role = 'admin')
         ORDER BY g.person_name, g.user_id LIMIT 200)
        UNION ALL
        (SELECT NULL, g.user_id, 'admin' FROM grants g
         WHERE g.workspace_id = (SELECT parent_id FROM here) AND g.source IN ('membership', 'invitation')
             AND g.role = 'admin'
         ORDER BY g.person_name, g.user_id LIMIT 200)
    )
    SELECT here.company, p.link_id, u.id, u.address, u.display_name, p.role
    FROM people p JOIN users u ON u.id = p.user_id CROSS JOIN here
    ORDER BY p.link_id IS NULL, u.display_name, u.id LIMIT 200
$$
"""


def upgrade() -> None:
    op.execute(PEOPLE)


def downgrade() -> None:
    """What it answers is the same."""
