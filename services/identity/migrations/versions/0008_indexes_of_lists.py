"""One index for each list, which serves its filter and its order; grants know their person's name for that."""

from alembic import op

revision = "identity_0008"
down_revision = "identity_0007"
branch_labels = None
depends_on = None

# A trigger, because the version that still runs beside this migration does not write the column. Nobody is renamed.
NAME = """
CREATE FUNCTION name_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT display_name INTO STRICT NEW.person_name FROM users WHERE id = NEW.user_id;
    RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER name_person BEFORE INSERT OR UPDATE OF user_id, person_name ON grants
FOR EACH ROW EXECUTE FUNCTION name_person()
"""
MEMBERS = "source IN ('membership', 'invitation')"


def upgrade() -> None:
    op.execute("ALTER TABLE grants ADD COLUMN person_name text")
    op.execute(NAME)
    op.execute(TRIGGER)
    # FORCE applies row security to the owner too, who has no policy. It is lifted to update the existing rows.
    op.execute("ALTER TABLE grants NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE grants SET person_name = ''")
    op.execute("ALTER TABLE grants FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE grants ALTER COLUMN person_name SET NOT NULL")
    people = "(workspace_id, person_name, user_id, id)"
    op.execute(f"CREATE INDEX ix_grants_members ON grants {people} WHERE {MEMBERS}")
    op.execute(f"CREATE INDEX ix_grants_linkable ON grants {people} WHERE {MEMBERS} AND role <> 'admin'")
    op.execute("CREATE INDEX ix_grants_acting ON grants (user_id, workspace_id) WHERE source <> 'link'")
    op.execute("CREATE INDEX ix_grants_links ON grants (workspace_id, person_name, user_id) WHERE source = 'link'")
    op.execute("CREATE INDEX ix_contacts_listed ON contacts (workspace_id, kind, display_name, id)")
    _replace("ix_invitations_sent", "invitations (workspace_id, sent_at, id)")
    _replace("ix_sessions_live", "sessions (user_id, last_seen_at, id) WHERE ended_at IS NULL")


def _replace(index: str, on: str) -> None:
    op.execute(f"DROP INDEX {index}")
    op.execute(f"CREATE INDEX {index} ON {on}")


def downgrade() -> None:
    _replace("ix_sessions_live", "sessions (user_id) WHERE ended_at IS NULL")
    _replace("ix_invitations_sent", "invitations (workspace_id, sent_at)")
    op.execute("DROP INDEX ix_contacts_listed")
    op.execute("DROP INDEX ix_grants_acting")
    op.execute("DROP TRIGGER name_person ON grants")
    op.execute("DROP FUNCTION name_person")
    op.execute("ALTER TABLE grants DROP COLUMN person_name")
