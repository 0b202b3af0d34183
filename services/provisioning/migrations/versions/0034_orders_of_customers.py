"""The people of a workspace see the orders of its customers: each copy says the workspace above its own.

Triggers keep it, because the version that still runs beside this migration does not write it.
"""

from alembic import op

revision = "provisioning_0034"
down_revision = "provisioning_0024"
branch_labels = None
depends_on = None

PARENT = "(SELECT parent_workspace_id FROM workspace_copies WHERE id = {order}.workspace_id)"
KEEP = """
CREATE OR REPLACE FUNCTION keep_all_orders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO all_orders (order_id, workspace_id, number, product_id, quantity, state, placed_at, placed_by_address,
                            placed_by_key, placed_via{column})
    SELECT NEW.id, NEW.workspace_id, NEW.number, NEW.product_id, NEW.quantity, NEW.state, NEW.placed_at,
           NEW.begun_by_address, lower(NEW.begun_by_address), NEW.begun_via{value}
    ON CONFLICT (order_id) DO UPDATE SET state = excluded.state;
    RETURN NULL;
END $$
"""
MOVE = """
CREATE FUNCTION move_all_orders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE all_orders SET parent_workspace_id = NEW.parent_workspace_id
     WHERE workspace_id = NEW.id AND parent_workspace_id IS DISTINCT FROM NEW.parent_workspace_id;
    RETURN NULL;
END $$
"""
MOVED = """
CREATE TRIGGER move_all_orders AFTER INSERT OR UPDATE OF parent_workspace_id ON workspace_copies
    FOR EACH ROW EXECUTE FUNCTION move_all_orders()
"""
FILL = f"UPDATE all_orders a SET parent_workspace_id = {PARENT.format(order='a')}"
INDEXES = {
    "ix_all_orders_newest_below": "all_orders (parent_workspace_id, placed_at, order_id)",
    "ix_all_orders_newest_of_state_below": "all_orders (parent_workspace_id, state, placed_at, order_id)",
    "ix_all_orders_number_below": 'all_orders (parent_workspace_id, number COLLATE "C")',
    "ix_all_orders_person_below": 'all_orders (parent_workspace_id, placed_by_key COLLATE "C")',
}


def upgrade() -> None:
    op.execute("ALTER TABLE all_orders ADD COLUMN parent_workspace_id uuid")
    op.execute(KEEP.format(column=", parent_workspace_id", value=f", {PARENT.format(order='NEW')}"))
    op.execute(MOVE)
    op.execute(MOVED)
    # FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction.
    op.execute("ALTER TABLE all_orders NO FORCE ROW LEVEL SECURITY")
    op.execute(FILL)
    op.execute("ALTER TABLE all_orders FORCE ROW LEVEL SECURITY")
    for name, columns in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")


def downgrade() -> None:
    op.execute("DROP TRIGGER move_all_orders ON workspace_copies")
    op.execute("DROP FUNCTION move_all_orders")
    op.execute(KEEP.format(column="", value=""))
    op.execute("ALTER TABLE all_orders DROP COLUMN parent_workspace_id")
