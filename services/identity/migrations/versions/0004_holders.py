"""The two holders of an account, and whether it leaves what is most important to them. Links name their parent."""

from alembic import op

revision = "identity_0004"
down_revision = "identity_0003"
branch_labels = None
depends_on = None


# FORCE applies row security to the owner too, who has no policy. It is lifted to update the existing rows.
TABLES = ("grants", "workspaces")
FILL_IN = """
UPDATE grants g SET parent_workspace_id = w.parent_workspace_id FROM workspaces w
WHERE w.workspace_id = g.workspace_id AND g.source IN ('link', 'on_behalf')
"""
NAMED = "CHECK ((source IN ('link', 'on_behalf')) = (parent_workspace_id IS NOT NULL))"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE grants ADD COLUMN parent_workspace_id uuid CONSTRAINT fk_grants_parent_workspace_id REFERENCES workspaces"
    )
    op.execute("CREATE INDEX ix_grants_parent_workspace_id ON grants (parent_workspace_id)")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(FILL_IN)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE grants ADD CONSTRAINT ck_grants_parent {NAMED}")
    op.execute("ALTER TABLE workspaces ADD COLUMN holder_control boolean DEFAULT 'false' NOT NULL")
    op.execute("ALTER TABLE grants ADD COLUMN holder text")
    op.execute("ALTER TABLE grants ADD CONSTRAINT ck_grants_holder CHECK (holder IN ('primary', 'alternate'))")
    op.execute("CREATE UNIQUE INDEX uq_grants_one_per_slot ON grants (workspace_id, holder) WHERE holder IS NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE grants DROP COLUMN holder, DROP COLUMN parent_workspace_id")
    op.execute("ALTER TABLE workspaces DROP COLUMN holder_control")
