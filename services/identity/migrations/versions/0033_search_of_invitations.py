"""The list of invitations is searched by name and address, and sorted by name: the words of each, and two indexes."""

from alembic import op

revision = "identity_0033"
down_revision = "identity_0032"
branch_labels = None
depends_on = None

WORDS = """
CREATE TABLE invitation_words (
    invitation_id uuid NOT NULL CONSTRAINT fk_invitation_words_invitation_id REFERENCES invitations (id)
        ON DELETE CASCADE,
    word text COLLATE "C" NOT NULL,
    shared integer NOT NULL,
    workspace_id uuid NOT NULL,
    CONSTRAINT pk_invitation_words PRIMARY KEY (invitation_id, word)
)
"""
# A trigger, because the version that still runs beside this migration does not write the words.
KEEP = """
CREATE FUNCTION keep_invitation_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM invitation_words WHERE invitation_id = NEW.id;
    INSERT INTO invitation_words (invitation_id, word, shared, workspace_id)
    SELECT NEW.id, word, shared, NEW.workspace_id FROM words_of(NEW.display_name, NEW.address);
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER keep_invitation_words AFTER INSERT OR UPDATE OF display_name, address, workspace_id ON invitations
FOR EACH ROW EXECUTE FUNCTION keep_invitation_words()
"""
FILL = """
INSERT INTO invitation_words (invitation_id, word, shared, workspace_id)
SELECT id, word, shared, workspace_id FROM invitations, words_of(display_name, address)
"""
INDEXES = {
    "ix_invitation_words": "invitation_words (workspace_id, word, invitation_id) INCLUDE (shared)",
    "ix_invitations_named": "invitations (workspace_id, display_name COLLATE names, id) WHERE state <> '5'",
    "ix_invitations_named_in_state":
        "invitations (workspace_id, state, display_name COLLATE names, id) WHERE state <> '6'",
}  # fmt: skip


def upgrade() -> None:
    for statement in (WORDS, KEEP, TRIGGER):
        op.execute(statement)
    # FORCE applies row security to the owner too, who has no policy. It is lifted to read the existing rows.
    op.execute("ALTER TABLE invitations NO FORCE ROW LEVEL SECURITY")
    op.execute(FILL)
    op.execute("ALTER TABLE invitations FORCE ROW LEVEL SECURITY")
    for name, columns in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")


def downgrade() -> None:
    for name in ("ix_invitations_named", "ix_invitations_named_in_state"):
        op.execute(f"DROP INDEX {name}")
    op.execute("DROP TRIGGER keep_invitation_words ON invitations")
    op.execute("DROP FUNCTION keep_invitation_words")
    op.execute("DROP TABLE invitation_words")
