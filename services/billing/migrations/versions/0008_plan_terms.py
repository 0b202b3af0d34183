"""For which configurations a plan is. Earlier versions of plans are for all."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "billing_0008"
down_revision = "billing_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan_versions", sa.Column("terms", JSONB, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("plan_versions", "terms")
