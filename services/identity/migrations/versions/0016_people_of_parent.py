"""Who of its parent may work on behalf of a workspace, for the workspace itself."""

from alembic import op

revision = "identity_0016"
down_revision = "identity_0015"
branch_labels = None
depends_on = None

# As the owner, because a workspace reads no grants of its parent. The workspace is that of the scope, never an argument,
# and within a bill group or location nobody is named.
PEOPLE = """
CREATE FUNCTION people_of_parent()
RETURNS TABLE (company text, link_id uuid, user_id uuid, address text, display_name text, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH here AS (
        SELECT w.workspace_id, p.workspace_id AS parent_id, p.display_name AS company
        FROM workspaces w JOIN workspaces p ON p.workspace_id = w.parent_workspace_id
        WHERE current_setting('portico.within', true) = '*'
            AND w.workspace_id = nullif(current_setting('portico.workspace', true), '')::uuid
    ), admins AS (
        SELECT g.user_id FROM grants g JOIN here ON here.parent_id = g.workspace_id
        WHERE g.source IN ('membership', 'invitation') AND g.role = 'admin'
    ), people AS (
        SELECT NULL::uuid AS link_id, a.user_id, 'admin' AS role FROM admins a
        UNION ALL
        SELECT g.id, g.user_id, g.role FROM grants g JOIN here ON here.workspace_id = g.workspace_id
        WHERE g.source = 'link' AND g.user_id NOT IN (SELECT a.user_id FROM admins a)
    )
    SELECT here.company, p.link_id, u.id, u.address, u.display_name, p.role
    FROM here CROSS JOIN people p JOIN users u ON u.id = p.user_id
    ORDER BY p.link_id IS NULL, u.display_name, u.id LIMIT 200
$$
"""


def upgrade() -> None:
    op.execute(PEOPLE)
    op.execute("REVOKE EXECUTE ON FUNCTION people_of_parent FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION people_of_parent TO portico_identity_api")


def downgrade() -> None:
    op.execute("DROP FUNCTION people_of_parent")
