"""The provider is found among all copies of workspaces by an index: every mail asks for it."""

from alembic import op

revision = "plumbing_0091"
down_revision = "plumbing_0090"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX ix_workspace_copies_provider ON workspace_copies (id) WHERE kind = 'provider'")


def downgrade() -> None:
    op.execute("DROP INDEX ix_workspace_copies_provider")
