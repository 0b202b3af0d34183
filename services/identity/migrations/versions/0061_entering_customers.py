"""Whether a customer lets the admins of its parent in, on the lists of customers and partners."""

from alembic import op

revision = "identity_0061"
down_revision = "identity_0060"
branch_labels = None
depends_on = None

COPY = """
UPDATE customer_overview o SET parent_admins_enter = false FROM workspaces w
WHERE w.workspace_id = o.workspace_id AND NOT w.parent_admins_enter
"""
# The version that still runs beside this migration does not write the copy. As the owner, because it is no tenant's deed.
KEEP = """
CREATE FUNCTION copy_parent_admins() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE customer_overview SET parent_admins_enter = NEW.parent_admins_enter WHERE workspace_id = NEW.workspace_id;
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER copy_parent_admins AFTER UPDATE OF parent_admins_enter ON workspaces FOR EACH ROW
WHEN (OLD.parent_admins_enter <> NEW.parent_admins_enter) EXECUTE FUNCTION copy_parent_admins()
"""
TABLES = ("workspaces", "customer_overview")


def upgrade() -> None:
    op.execute("ALTER TABLE customer_overview ADD COLUMN parent_admins_enter boolean NOT NULL DEFAULT true")
    op.execute(KEEP)
    op.execute("REVOKE EXECUTE ON FUNCTION copy_parent_admins FROM PUBLIC")
    op.execute(TRIGGER)
    # FORCE applies row security to the owner too, who has no policy. It is lifted to update the existing rows.
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(COPY)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("DROP TRIGGER copy_parent_admins ON workspaces")
    op.execute("DROP FUNCTION copy_parent_admins")
    op.execute("ALTER TABLE customer_overview DROP COLUMN parent_admins_enter")
