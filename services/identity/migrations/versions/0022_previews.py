"""Previews: grants that end by themselves, and the session that shows one."""

from alembic import op

revision = "identity_0022"
down_revision = "identity_0021"
branch_labels = None
depends_on = None

COLUMNS = (
    "ALTER TABLE grants ADD COLUMN expires_at timestamptz",
    "ALTER TABLE sessions ADD COLUMN previewing_from uuid CONSTRAINT fk_sessions_previewing_from REFERENCES workspaces",
)
# The version that still runs beside this migration makes no previews, and all its rows satisfy these.
CONSTRAINTS = {
    "derived_names_session": "(source IN ('on_behalf', 'preview')) = (session_id IS NOT NULL)",
    "parent": "(source IN ('link', 'on_behalf', 'preview')) = (parent_workspace_id IS NOT NULL)",
    "preview_ends": "(source = 'preview') = (expires_at IS NOT NULL)",
    "preview_is_of_a_group": "source <> 'preview' OR (role = 'billing' AND bill_group_id IS NOT NULL)",
}
BEFORE = {
    "on_behalf_names_its_session": "(source = 'on_behalf') = (session_id IS NOT NULL)",
    "parent": "(source IN ('link', 'on_behalf')) = (parent_workspace_id IS NOT NULL)",
}
ONE = "CREATE UNIQUE INDEX uq_grants_one_derived ON grants (session_id) WHERE session_id IS NOT NULL"
ONE_BEFORE = "CREATE UNIQUE INDEX uq_grants_one_on_behalf ON grants (session_id) WHERE source = 'on_behalf'"
ENDING = "CREATE INDEX ix_grants_previews ON grants (expires_at) WHERE source = 'preview'"


def upgrade() -> None:
    for statement in COLUMNS:
        op.execute(statement)
    _exchange(BEFORE, CONSTRAINTS)
    op.execute("DROP INDEX uq_grants_one_on_behalf")
    op.execute(ONE)
    op.execute(ENDING)


def downgrade() -> None:
    # FORCE applies row security to the owner too, who has no policy. It is lifted to delete rows.
    op.execute("ALTER TABLE grants NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM grants WHERE source = 'preview'")
    op.execute("ALTER TABLE grants FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE sessions SET acting_workspace_id = previewing_from WHERE previewing_from IS NOT NULL")
    op.execute("DROP INDEX uq_grants_one_derived, ix_grants_previews")
    op.execute(ONE_BEFORE)
    _exchange(CONSTRAINTS, BEFORE)
    op.execute("ALTER TABLE sessions DROP COLUMN previewing_from")
    op.execute("ALTER TABLE grants DROP COLUMN expires_at")


def _exchange(former: dict[str, str], latter: dict[str, str]) -> None:
    for name in former:
        op.execute(f"ALTER TABLE grants DROP CONSTRAINT ck_grants_{name}")
    for name, condition in latter.items():
        op.execute(f"ALTER TABLE grants ADD CONSTRAINT ck_grants_{name} CHECK ({condition})")
