"""Find a person's entries by address without storing the address; the API role only reads."""

import sqlalchemy as sa
from alembic import op

revision = "audit_0002"
down_revision = "audit_0001"
branch_labels = None
depends_on = None

READ_ONLY = ("entries", "seals", "checkpoints", "person_keys")


def upgrade() -> None:
    op.add_column("person_keys", sa.Column("address_digest", sa.LargeBinary))
    op.create_index("ix_person_keys_address_digest", "person_keys", ["address_digest"])
    op.execute(f"REVOKE INSERT, UPDATE ON {', '.join(READ_ONLY)} FROM portico_audit_api")
    op.execute("REVOKE ALL ON waiting_entries FROM portico_audit_api")


def downgrade() -> None:
    op.execute("GRANT SELECT, INSERT, DELETE ON waiting_entries TO portico_audit_api")
    op.execute(f"GRANT INSERT ON {', '.join(READ_ONLY)} TO portico_audit_api")
    op.execute("GRANT UPDATE ON person_keys TO portico_audit_api")
    op.drop_column("person_keys", "address_digest")
