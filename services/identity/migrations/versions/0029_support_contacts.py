"""How else a seller's customers reach its technical support: hours, a help site, a status page, an emergency number."""

from alembic import op

revision = "identity_0029"
down_revision = "identity_0028"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE workspaces
    ADD COLUMN support_hours text CONSTRAINT ck_workspaces_support_hours CHECK (length(support_hours) <= 120),
    ADD COLUMN emergency_phone text CONSTRAINT ck_workspaces_emergency_phone CHECK (length(emergency_phone) <= 40),
    ADD COLUMN help_url text CONSTRAINT ck_workspaces_help_url CHECK (length(help_url) <= 300),
    ADD COLUMN status_url text CONSTRAINT ck_workspaces_status_url CHECK (length(status_url) <= 300)
"""
FACE = "kind, display_name, support_address, support_phone, postal_lines"
NEW = "support_hours, emergency_phone, help_url, status_url"
SELLER = """
CREATE FUNCTION seller_of_scope()
RETURNS TABLE (kind text, display_name text, support_address text, support_phone text, postal_lines text[]{types})
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH here AS MATERIALIZED (
        SELECT w.parent_workspace_id AS parent_id FROM workspaces w
        WHERE w.workspace_id = nullif(current_setting('portico.workspace', true), '')::uuid
    )
    SELECT {columns} FROM (
        SELECT s.*, 1 AS preference FROM workspaces s
        WHERE s.workspace_id = (SELECT parent_id FROM here) AND s.support_address IS NOT NULL
        UNION ALL
        SELECT s.*, 2 FROM workspaces s WHERE s.kind = 'provider' AND EXISTS (SELECT FROM here)
    ) AS found ORDER BY found.preference LIMIT 1
$$
"""
NEW_TYPES = ", support_hours text, emergency_phone text, help_url text, status_url text"


def upgrade() -> None:
    op.execute(COLUMNS)
    _replace(f"{FACE}, {NEW}", NEW_TYPES)


def _replace(columns: str, types: str) -> None:
    """A function whose columns change is made anew. Who reads some of them by name notices nothing."""
    op.execute("DROP FUNCTION seller_of_scope()")
    op.execute(SELLER.format(columns=columns, types=types))
    op.execute("REVOKE EXECUTE ON FUNCTION seller_of_scope() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION seller_of_scope() TO portico_identity_api")


def downgrade() -> None:
    _replace(FACE, "")
    for column in NEW.split(", "):
        op.execute(f"ALTER TABLE workspaces DROP COLUMN {column}")
