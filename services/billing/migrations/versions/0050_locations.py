"""Whether the people of locations see and pay the invoices of their bill group."""

from alembic import op

revision = "billing_0050"
down_revision = "billing_0035"
branch_labels = None
depends_on = None

KEEP = """
CREATE FUNCTION keep_groups_open_to_locations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.locations_see_invoices THEN
        INSERT INTO groups_open_to_locations (bill_group_id) VALUES (NEW.bill_group_id) ON CONFLICT DO NOTHING;
    ELSE
        DELETE FROM groups_open_to_locations WHERE bill_group_id = NEW.bill_group_id;
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.execute("ALTER TABLE bill_groups ADD COLUMN locations_see_invoices boolean NOT NULL DEFAULT false")
    op.execute(
        "CREATE TABLE groups_open_to_locations (bill_group_id uuid NOT NULL"
        " CONSTRAINT pk_groups_open_to_locations PRIMARY KEY"
        " CONSTRAINT fk_groups_open_to_locations_bill_group_id_bill_groups REFERENCES bill_groups (bill_group_id))"
    )
    op.execute(KEEP)
    op.execute(
        "CREATE TRIGGER keep_groups_open_to_locations AFTER UPDATE OF locations_see_invoices ON bill_groups"
        " FOR EACH ROW EXECUTE FUNCTION keep_groups_open_to_locations()"
    )


def downgrade() -> None:
    op.execute("DROP TABLE groups_open_to_locations CASCADE")
    op.execute("DROP TRIGGER keep_groups_open_to_locations ON bill_groups")
    op.execute("DROP FUNCTION keep_groups_open_to_locations")
    op.execute("ALTER TABLE bill_groups DROP COLUMN locations_see_invoices")
