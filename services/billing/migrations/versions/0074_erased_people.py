"""People whose data was forgotten at their wish."""

from alembic import op

revision = "billing_0074"
down_revision = "billing_0066"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE erased_people (
    user_id uuid NOT NULL CONSTRAINT pk_erased_people PRIMARY KEY,
    erased_at timestamptz NOT NULL DEFAULT clock_timestamp()
)""",
    "ALTER TABLE people ALTER COLUMN address DROP NOT NULL, ALTER COLUMN display_name DROP NOT NULL",
    "ALTER TABLE quote_messages ALTER COLUMN written_by_address DROP NOT NULL",
    "ALTER TABLE quote_notes ALTER COLUMN written_by_address DROP NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("UPDATE quote_notes SET written_by_address = '' WHERE written_by_address IS NULL")
    op.execute("UPDATE quote_messages SET written_by_address = '' WHERE written_by_address IS NULL")
    op.execute("ALTER TABLE quote_notes ALTER COLUMN written_by_address SET NOT NULL")
    op.execute("ALTER TABLE quote_messages ALTER COLUMN written_by_address SET NOT NULL")
    op.execute("DELETE FROM people WHERE address IS NULL")
    op.execute("ALTER TABLE people ALTER COLUMN address SET NOT NULL, ALTER COLUMN display_name SET NOT NULL")
    op.execute("DROP TABLE erased_people")
