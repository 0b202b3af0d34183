"""Exports that are parts of an archive."""

from alembic import op

revision = "plumbing_0089"
down_revision = "plumbing_0060"
branch_labels = None
depends_on = None

INDEX = """
CREATE UNIQUE INDEX uq_exports_of_batch ON exports (batch_id, workspace_id, user_id, list, filters)
 WHERE batch_id IS NOT NULL
"""


def upgrade() -> None:
    op.execute("ALTER TABLE exports ADD COLUMN batch_id uuid, ADD COLUMN downloaded_at timestamptz")
    op.execute(INDEX)


def downgrade() -> None:
    op.execute("DROP INDEX uq_exports_of_batch")
    op.execute("ALTER TABLE exports DROP COLUMN batch_id, DROP COLUMN downloaded_at")
