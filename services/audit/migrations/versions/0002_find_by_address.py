"""Find a person's entries by address without storing the address."""

import sqlalchemy as sa
from alembic import op

revision = "audit_0002"
down_revision = "audit_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person_keys", sa.Column("address_digest", sa.LargeBinary))
    op.create_index("ix_person_keys_address_digest", "person_keys", ["address_digest"])


def downgrade() -> None:
    op.drop_column("person_keys", "address_digest")
