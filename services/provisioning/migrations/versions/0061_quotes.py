"""Plans that are for one customer alone, and the quotes that orders come from, which a worker places."""

from alembic import op

revision = "provisioning_0061"
down_revision = "provisioning_0055"
branch_labels = None
depends_on = None


PLACING = "sites_with_room(jsonb), take_host(uuid, jsonb)"


def upgrade() -> None:
    op.execute("ALTER TABLE plan_versions ADD COLUMN offered_to uuid")
    op.execute("ALTER TABLE orders ADD COLUMN quote_id uuid")
    op.execute(f"GRANT EXECUTE ON FUNCTION {PLACING} TO portico_provisioning_worker")


def downgrade() -> None:
    op.execute(f"REVOKE EXECUTE ON FUNCTION {PLACING} FROM portico_provisioning_worker")
    op.execute("ALTER TABLE orders DROP COLUMN quote_id")
    op.execute("ALTER TABLE plan_versions DROP COLUMN offered_to")
