"""Labels of services, which a search finds as it finds their names."""

from alembic import op

revision = "provisioning_0016"
down_revision = "provisioning_0015"
branch_labels = None
depends_on = None

KEEP = """
CREATE OR REPLACE FUNCTION keep_service_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM service_words WHERE service_id = NEW.id;
    INSERT INTO service_words (service_id, word, shared, workspace_id, bill_group_id)
    SELECT NEW.id, word, shared, NEW.workspace_id, NEW.bill_group_id FROM words_of({written});
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE OR REPLACE TRIGGER keep_service_words AFTER INSERT OR UPDATE OF {columns} ON services
FOR EACH ROW EXECUTE FUNCTION keep_service_words()
"""


def upgrade() -> None:
    op.execute(
        "ALTER TABLE services ADD COLUMN labels text[] NOT NULL DEFAULT '{}'"
        " CONSTRAINT ck_services_labels CHECK (cardinality(labels) <= 10)"
    )
    op.execute(KEEP.format(written="VARIADIC NEW.display_name || NEW.labels"))
    op.execute(TRIGGER.format(columns="display_name, labels, workspace_id, bill_group_id"))


def downgrade() -> None:
    op.execute(KEEP.format(written="NEW.display_name"))
    op.execute(TRIGGER.format(columns="display_name, workspace_id, bill_group_id"))
    op.execute("ALTER TABLE services DROP COLUMN labels")
