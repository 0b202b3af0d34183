"""What moved the revenue of a workspace's customers: each movement says the workspace above its own.

Triggers keep it, because the version that still runs beside this migration does not write it.
"""

from alembic import op

revision = "billing_0035"
down_revision = "billing_0025"
branch_labels = None
depends_on = None

PARENT = "(SELECT parent_workspace_id FROM workspace_copies WHERE id = {row}.workspace_id)"
PLACE = f"""
CREATE FUNCTION place_mrr_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.parent_workspace_id := {PARENT.format(row="NEW")};
    RETURN NEW;
END $$
"""
PLACED = """
CREATE TRIGGER place_mrr_movement BEFORE INSERT ON mrr_movements
    FOR EACH ROW EXECUTE FUNCTION place_mrr_movement()
"""
MOVE = """
CREATE FUNCTION move_mrr_movements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE mrr_movements SET parent_workspace_id = NEW.parent_workspace_id
     WHERE workspace_id = NEW.id AND parent_workspace_id IS DISTINCT FROM NEW.parent_workspace_id;
    RETURN NULL;
END $$
"""
MOVED = """
CREATE TRIGGER move_mrr_movements AFTER INSERT OR UPDATE OF parent_workspace_id ON workspace_copies
    FOR EACH ROW EXECUTE FUNCTION move_mrr_movements()
"""
FILL = f"UPDATE mrr_movements m SET parent_workspace_id = {PARENT.format(row='m')}"
BELOW = "CREATE INDEX ix_mrr_movements_below ON mrr_movements (parent_workspace_id, month)"


def upgrade() -> None:
    op.execute("ALTER TABLE mrr_movements ADD COLUMN parent_workspace_id uuid")
    for statement in (PLACE, PLACED, MOVE, MOVED):
        op.execute(statement)
    # FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction.
    op.execute("ALTER TABLE mrr_movements NO FORCE ROW LEVEL SECURITY")
    op.execute(FILL)
    op.execute("ALTER TABLE mrr_movements FORCE ROW LEVEL SECURITY")
    op.execute(BELOW)


def downgrade() -> None:
    op.execute("DROP TRIGGER move_mrr_movements ON workspace_copies")
    op.execute("DROP TRIGGER place_mrr_movement ON mrr_movements")
    op.execute("DROP FUNCTION move_mrr_movements")
    op.execute("DROP FUNCTION place_mrr_movement")
    op.execute("ALTER TABLE mrr_movements DROP COLUMN parent_workspace_id")
