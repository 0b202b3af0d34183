"""Locations of customers, and what is deployed there.

That a service and an order are at a location of their own workspace is a foreign key of both columns.
"""

from alembic import op

revision = "provisioning_0024"
down_revision = "provisioning_0023"
branch_labels = None
depends_on = None

TABLES = (
    """CREATE TABLE locations (
        location_id uuid NOT NULL, workspace_id uuid NOT NULL,
        bill_group_id uuid NOT NULL CONSTRAINT fk_locations_bill_group_id_bill_groups REFERENCES bill_groups (id),
        display_name varchar NOT NULL,
        name_key varchar NOT NULL GENERATED ALWAYS AS (lower(display_name)) STORED,
        street varchar NOT NULL, postal_code varchar NOT NULL, city varchar NOT NULL, country varchar NOT NULL,
        contact_name varchar NOT NULL, contact_address varchar NOT NULL, closed_at timestamptz,
        state varchar NOT NULL GENERATED ALWAYS AS (CASE WHEN closed_at IS NULL THEN 'open' ELSE 'closed' END) STORED,
        version integer NOT NULL,
        CONSTRAINT pk_locations PRIMARY KEY (location_id),
        CONSTRAINT uq_locations_of_workspace UNIQUE (location_id, workspace_id),
        CONSTRAINT uq_locations_name UNIQUE (workspace_id, name_key),
        CONSTRAINT ck_locations_closed_at CHECK ((state = 'closed') = (closed_at IS NOT NULL)))""",
    """CREATE TABLE location_words (
        location_id uuid NOT NULL
            CONSTRAINT fk_location_words_location_id_locations REFERENCES locations ON DELETE CASCADE,
        word text COLLATE "C" NOT NULL, shared integer NOT NULL, workspace_id uuid NOT NULL,
        bill_group_id uuid NOT NULL,
        CONSTRAINT pk_location_words PRIMARY KEY (location_id, word))""",
)
KEEP_LOCATIONS = """
CREATE FUNCTION keep_location_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM location_words WHERE location_id = NEW.location_id;
    INSERT INTO location_words (location_id, word, shared, workspace_id, bill_group_id)
    SELECT NEW.location_id, word, shared, NEW.workspace_id, NEW.bill_group_id
      FROM words_of(NEW.display_name, NEW.street, NEW.city);
    RETURN NULL;
END $$
"""
KEEP_LOCATIONS_BY = """
CREATE TRIGGER keep_location_words AFTER INSERT OR UPDATE OF display_name, street, city ON locations
FOR EACH ROW EXECUTE FUNCTION keep_location_words()
"""
KEEP_SERVICES = """
CREATE OR REPLACE FUNCTION keep_service_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM service_words WHERE service_id = NEW.id;
    INSERT INTO service_words (service_id, word, shared, workspace_id, bill_group_id{column})
    SELECT NEW.id, word, shared, NEW.workspace_id, NEW.bill_group_id{value}
      FROM words_of(VARIADIC NEW.display_name || NEW.labels);
    RETURN NULL;
END $$
"""
KEEP_SERVICES_BY = """
CREATE OR REPLACE TRIGGER keep_service_words
AFTER INSERT OR UPDATE OF display_name, labels, workspace_id, bill_group_id{column} ON services
FOR EACH ROW EXECUTE FUNCTION keep_service_words()
"""
_NAME = "display_name COLLATE names"
INDEXES = {
    "ix_locations_by_name": f"locations (workspace_id, {_NAME}, location_id) WHERE version <> -1",
    "ix_locations_by_name_in_state": f"locations (workspace_id, state, {_NAME}, location_id) WHERE version <> -2",
    "ix_locations_by_name_of_group":
        f"locations (workspace_id, bill_group_id, {_NAME}, location_id) WHERE version <> -3",
    "ix_locations_by_name_of_group_in_state":
        f"locations (workspace_id, bill_group_id, state, {_NAME}, location_id) WHERE version <> -4",
    "ix_location_words": "location_words (workspace_id, word, location_id) INCLUDE (shared)",
    "ix_location_words_of_group": "location_words (workspace_id, bill_group_id, word, location_id) INCLUDE (shared)",
    "ix_services_newest_of_location":
        "services (workspace_id, location_id, requested_at, id) WHERE version <> -41 AND state <> 'deleted'",
    "ix_services_newest_of_location_kind_and_state":
        "services (workspace_id, location_id, kind, state, requested_at, id) WHERE version <> -42",
    "ix_services_by_name_of_location":
        f"services (workspace_id, location_id, {_NAME}, id) WHERE version <> -45 AND state <> 'deleted'",
    "ix_services_by_name_of_location_kind_and_state":
        f"services (workspace_id, location_id, kind, state, {_NAME}, id) WHERE version <> -46",
    "ix_services_of_site_and_location":
        "services (workspace_id, location_id, site_id, kind, state, requested_at, id) WHERE version <> -342",
    "ix_service_words_of_location": "service_words (workspace_id, location_id, word, service_id) INCLUDE (shared)",
    "ix_orders_newest_of_location": "orders (workspace_id, location_id, placed_at, id) WHERE version <> -41",
    "ix_orders_newest_of_location_and_state":
        "orders (workspace_id, location_id, state, placed_at, id) WHERE version <> -42",
    "ix_orders_number_of_location": 'orders (workspace_id, location_id, number COLLATE "C") WHERE version <> -61',
}  # fmt: skip


def upgrade() -> None:
    for statement in (*TABLES, KEEP_LOCATIONS, KEEP_LOCATIONS_BY):
        op.execute(statement)
    for table in ("services", "orders"):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN location_id uuid, ADD CONSTRAINT fk_{table}_location_id_locations"
            " FOREIGN KEY (location_id, workspace_id) REFERENCES locations (location_id, workspace_id)"
        )
    op.execute("ALTER TABLE service_words ADD COLUMN location_id uuid")
    op.execute(KEEP_SERVICES.format(column=", location_id", value=", NEW.location_id"))
    op.execute(KEEP_SERVICES_BY.format(column=", location_id"))
    for name, of in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {of}")


def downgrade() -> None:
    op.execute(KEEP_SERVICES_BY.format(column=""))
    op.execute(KEEP_SERVICES.format(column="", value=""))
    for table in ("service_words", "services", "orders"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN location_id")
    op.execute("DROP TABLE location_words, locations")
    op.execute("DROP FUNCTION keep_location_words")
