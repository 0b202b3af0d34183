"""The door of locations: a copy of them, invitations to some, and the grants of their people."""

from alembic import op

revision = "identity_0050"
down_revision = "identity_0041"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE locations (
    location_id uuid NOT NULL, bill_group_id uuid NOT NULL, display_name text NOT NULL,
    workspace_id uuid NOT NULL CONSTRAINT fk_locations_workspace_id REFERENCES workspaces (workspace_id),
    contact_name text NOT NULL, contact_address text NOT NULL, is_closed boolean NOT NULL,
    version bigint NOT NULL, to_settle boolean NOT NULL,
    CONSTRAINT pk_locations PRIMARY KEY (location_id))
"""
OF_A_LOCATION = "(source = 'location_invitation') = (location_id IS NOT NULL)"
CONSTRAINTS = {
    "ck_grants_location": f"CHECK ({OF_A_LOCATION})",
    "ck_grants_people_of_locations": "CHECK (location_id IS NULL OR (role = 'regular' AND bill_group_id IS NOT NULL))",
}


def upgrade() -> None:
    op.execute(TABLE)
    op.execute("ALTER TABLE bill_groups ADD COLUMN locations_see_invoices boolean NOT NULL DEFAULT false")
    op.execute("CREATE INDEX ix_locations_workspace_id ON locations (workspace_id)")
    op.execute("CREATE INDEX ix_locations_to_settle ON locations (location_id) WHERE to_settle")
    op.execute(
        "ALTER TABLE invitations ADD COLUMN location_ids uuid[] NOT NULL DEFAULT '{}',"
        " ADD COLUMN on_file boolean NOT NULL DEFAULT false,"
        " ADD CONSTRAINT ck_invitations_locations CHECK (cardinality(location_ids) <= 100),"
        " ADD CONSTRAINT ck_invitations_on_file CHECK (NOT on_file OR cardinality(location_ids) > 0)"
    )
    op.execute(
        "CREATE INDEX ix_invitations_locations ON invitations USING gin (location_ids)"
        " WHERE state = 'pending' AND location_ids <> '{}'"
    )
    for name, check in CONSTRAINTS.items():
        op.execute(f"ALTER TABLE grants ADD CONSTRAINT {name} {check}")
    op.execute(
        "CREATE UNIQUE INDEX uq_grants_one_per_location ON grants (location_id, user_id) WHERE location_id IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DROP INDEX uq_grants_one_per_location")
    for name in CONSTRAINTS:
        op.execute(f"ALTER TABLE grants DROP CONSTRAINT {name}")
    op.execute("ALTER TABLE invitations DROP COLUMN on_file, DROP COLUMN location_ids")
    op.execute("DROP TABLE locations")
    op.execute("ALTER TABLE bill_groups DROP COLUMN locations_see_invoices")
