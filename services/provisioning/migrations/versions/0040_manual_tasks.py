"""Work that people do by hand, assets with serial numbers and photos, and for when something is wanted.

The version that still runs beside this migration has no driver whose work is done by hand.
"""

from alembic import op

revision = "provisioning_0040"
down_revision = "provisioning_0034"
branch_labels = None
depends_on = None

TABLES = (
    """CREATE TABLE manual_tasks (
        operation_id uuid NOT NULL
            CONSTRAINT fk_manual_tasks_operation_id_operations REFERENCES operations ON DELETE CASCADE,
        workspace_id uuid NOT NULL,
        service_id uuid NOT NULL CONSTRAINT fk_manual_tasks_service_id_services REFERENCES services,
        order_id uuid NOT NULL CONSTRAINT fk_manual_tasks_order_id_orders REFERENCES orders,
        order_number varchar NOT NULL, display_name varchar NOT NULL, product_name varchar NOT NULL,
        kind varchar NOT NULL, verb varchar NOT NULL, quantity integer NOT NULL, location_name varchar,
        message varchar NOT NULL, wanted_on date, planned_on date, opened_at timestamptz NOT NULL,
        state varchar NOT NULL DEFAULT 'waiting',
        is_open boolean NOT NULL GENERATED ALWAYS AS (state IN ('waiting', 'planned')) STORED,
        reason varchar, answered_by_address varchar, ended_at timestamptz, announced_at timestamptz,
        version integer NOT NULL DEFAULT 1,
        CONSTRAINT pk_manual_tasks PRIMARY KEY (operation_id),
        CONSTRAINT ck_manual_tasks_state CHECK (state IN ('waiting', 'planned', 'done', 'given_up', 'dropped')),
        CONSTRAINT ck_manual_tasks_planned CHECK (state <> 'planned' OR planned_on IS NOT NULL),
        CONSTRAINT ck_manual_tasks_reason CHECK ((state = 'given_up') = (reason IS NOT NULL)),
        CONSTRAINT ck_manual_tasks_reason_length CHECK (length(reason) <= 300))""",
    """CREATE TABLE asset_photos (
        service_id uuid NOT NULL
            CONSTRAINT fk_asset_photos_service_id_services REFERENCES services ON DELETE CASCADE,
        workspace_id uuid NOT NULL, digest varchar NOT NULL, content bytea NOT NULL,
        CONSTRAINT pk_asset_photos PRIMARY KEY (service_id),
        CONSTRAINT ck_asset_photos_content CHECK (length(content) <= 409600))""",
)
INDEXES = (
    "CREATE INDEX ix_manual_tasks_open ON manual_tasks (is_open, opened_at, operation_id)",
    "CREATE INDEX ix_manual_tasks_of_state ON manual_tasks (state, opened_at, operation_id)",
    "CREATE INDEX ix_manual_tasks_to_announce ON manual_tasks (operation_id) WHERE announced_at IS NULL",
)
DROP_TASKS = """
CREATE FUNCTION drop_manual_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE manual_tasks SET state = 'dropped', version = version + 1 WHERE operation_id = NEW.id AND is_open;
    RETURN NULL;
END $$
"""
DROPPED = """
CREATE TRIGGER drop_manual_tasks AFTER UPDATE OF state ON operations
    FOR EACH ROW WHEN (NEW.state NOT IN ('queued', 'running') AND NEW.order_id IS NOT NULL)
    EXECUTE FUNCTION drop_manual_tasks()
"""
ORDERS = """
ALTER TABLE orders ADD COLUMN wanted_on date, ADD COLUMN planned_on date,
    ADD COLUMN plan_note varchar NOT NULL DEFAULT '',
    ADD CONSTRAINT ck_orders_plan_note CHECK (length(plan_note) <= 300)
"""
SERVICES = """
ALTER TABLE services ADD COLUMN serial_numbers text[] NOT NULL DEFAULT '{}', ADD COLUMN condition varchar,
    ADD COLUMN photo_digest varchar,
    ADD CONSTRAINT ck_services_asset
        CHECK (kind = 'asset' OR serial_numbers = '{}' AND condition IS NULL AND photo_digest IS NULL),
    ADD CONSTRAINT ck_services_condition CHECK (condition IN ('new', 'good', 'worn', 'damaged'))
"""
KEEP_SERVICES = """
CREATE OR REPLACE FUNCTION keep_service_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM service_words WHERE service_id = NEW.id;
    INSERT INTO service_words (service_id, word, shared, workspace_id, bill_group_id, location_id)
    SELECT NEW.id, word, shared, NEW.workspace_id, NEW.bill_group_id, NEW.location_id
      FROM words_of(VARIADIC NEW.display_name || NEW.labels{numbers});
    RETURN NULL;
END $$
"""
KEEP_SERVICES_BY = """
CREATE OR REPLACE TRIGGER keep_service_words
AFTER INSERT OR UPDATE OF display_name, labels, workspace_id, bill_group_id, location_id{numbers} ON services
FOR EACH ROW EXECUTE FUNCTION keep_service_words()
"""


def upgrade() -> None:
    for statement in (ORDERS, SERVICES, *TABLES, *INDEXES, DROP_TASKS, DROPPED):
        op.execute(statement)
    op.execute(KEEP_SERVICES.format(numbers=" || NEW.serial_numbers"))
    op.execute(KEEP_SERVICES_BY.format(numbers=", serial_numbers"))


def downgrade() -> None:
    op.execute(KEEP_SERVICES_BY.format(numbers=""))
    op.execute(KEEP_SERVICES.format(numbers=""))
    op.execute("DROP TRIGGER drop_manual_tasks ON operations")
    op.execute("DROP FUNCTION drop_manual_tasks")
    op.execute("DROP TABLE asset_photos, manual_tasks")
    op.execute("ALTER TABLE services DROP COLUMN serial_numbers, DROP COLUMN condition, DROP COLUMN photo_digest")
    op.execute("ALTER TABLE orders DROP COLUMN wanted_on, DROP COLUMN planned_on, DROP COLUMN plan_note")
