"""The slugs that workspaces have and had, so that a former one leads on and is given to nobody else."""

from alembic import op

revision = "identity_0028"
down_revision = "identity_0027"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE workspace_slugs (
    slug text NOT NULL CONSTRAINT pk_workspace_slugs PRIMARY KEY,
    workspace_id uuid NOT NULL
        CONSTRAINT fk_workspace_slugs_workspace_id REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    until timestamptz,
    CONSTRAINT uq_workspace_slugs_slug_workspace_id UNIQUE (slug, workspace_id)
);
CREATE UNIQUE INDEX uq_workspace_slugs_one_present ON workspace_slugs (workspace_id) WHERE until IS NULL;
CREATE INDEX ix_workspace_slugs_workspace_id ON workspace_slugs (workspace_id);
CREATE INDEX ix_workspace_slugs_until ON workspace_slugs (until)
"""
# A trigger, because the version that still runs beside this migration does not write the slug of a new workspace.
KEEP = """
CREATE FUNCTION keep_first_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO workspace_slugs (slug, workspace_id) VALUES (NEW.slug, NEW.workspace_id);
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER keep_first_slug AFTER INSERT ON workspaces FOR EACH ROW EXECUTE FUNCTION keep_first_slug()
"""
FILL = "INSERT INTO workspace_slugs (slug, workspace_id) SELECT slug, workspace_id FROM workspaces"
OWN = """
ALTER TABLE workspaces ADD CONSTRAINT fk_workspaces_slug FOREIGN KEY (slug, workspace_id)
    REFERENCES workspace_slugs (slug, workspace_id) DEFERRABLE INITIALLY DEFERRED
"""
# As the owner: whoever asks for access may not see the workspace. It tells nothing but its id, which nobody is shown.
FOUND = """
CREATE OR REPLACE FUNCTION workspace_asked_for(name text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT workspace_id FROM {table} WHERE slug = name
    UNION ALL
    SELECT workspace_id FROM workspaces
    WHERE workspace_id = CASE WHEN name ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$' THEN name::uuid END
    LIMIT 1
$$
"""


def upgrade() -> None:
    for statement in TABLE.split(";"):
        op.execute(statement)
    op.execute(KEEP)
    op.execute(TRIGGER)
    # FORCE applies row security to the owner too. It is lifted to read the existing rows, and to check them.
    op.execute("ALTER TABLE workspaces NO FORCE ROW LEVEL SECURITY")
    op.execute(FILL)
    op.execute(OWN)
    op.execute("ALTER TABLE workspaces FORCE ROW LEVEL SECURITY")
    op.execute(FOUND.format(table="workspace_slugs"))


def downgrade() -> None:
    op.execute(FOUND.format(table="workspaces"))
    op.execute("ALTER TABLE workspaces DROP CONSTRAINT fk_workspaces_slug")
    op.execute("DROP TRIGGER keep_first_slug ON workspaces")
    op.execute("DROP FUNCTION keep_first_slug")
    op.execute("DROP TABLE workspace_slugs")
