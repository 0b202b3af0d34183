"""Workspaces that a workspace above has suspended: since when, why and by whom."""

from alembic import op

revision = "identity_0041"
down_revision = "identity_0040"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE workspaces ADD COLUMN suspended_at timestamptz, ADD COLUMN suspension_reason text,
    ADD COLUMN suspended_from uuid REFERENCES workspaces (workspace_id), ADD COLUMN suspended_by uuid REFERENCES users (id),
    ADD CONSTRAINT ck_workspaces_suspended CHECK (
        num_nulls(suspended_at, suspension_reason, suspended_from, suspended_by) IN (0, 4)),
    ADD CONSTRAINT ck_workspaces_suspension_reason CHECK (length(suspension_reason) BETWEEN 1 AND 500),
    ADD CONSTRAINT ck_workspaces_may_be_suspended CHECK (
        suspended_at IS NULL OR (kind <> 'provider' AND connected_at IS NOT NULL))
"""


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute("ALTER TABLE customer_overview ADD COLUMN suspended_at timestamptz")


def downgrade() -> None:
    op.execute("ALTER TABLE customer_overview DROP COLUMN suspended_at")
    op.execute(
        "ALTER TABLE workspaces DROP COLUMN suspended_at, DROP COLUMN suspension_reason, DROP COLUMN suspended_from,"
        " DROP COLUMN suspended_by"
    )
