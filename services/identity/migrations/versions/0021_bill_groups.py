"""A copy of billing's bill groups."""

from alembic import op

revision = "identity_0021"
down_revision = "identity_0020"
branch_labels = None
depends_on = None

BILL_GROUPS = """
CREATE TABLE bill_groups (
    bill_group_id uuid NOT NULL CONSTRAINT pk_bill_groups PRIMARY KEY,
    workspace_id uuid NOT NULL CONSTRAINT fk_bill_groups_workspace_id REFERENCES workspaces,
    display_name text NOT NULL,
    is_default boolean NOT NULL,
    is_closed boolean NOT NULL,
    portal_on boolean NOT NULL,
    has_contract boolean NOT NULL,
    owes boolean NOT NULL,
    version bigint NOT NULL
)
"""


def upgrade() -> None:
    op.execute(BILL_GROUPS)
    op.execute("CREATE INDEX ix_bill_groups_workspace_id ON bill_groups (workspace_id)")


def downgrade() -> None:
    op.execute("DROP TABLE bill_groups")
