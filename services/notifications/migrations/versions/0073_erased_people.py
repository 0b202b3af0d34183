"""People whose data was forgotten at their wish."""

from alembic import op

revision = "notifications_0073"
down_revision = "notifications_0071"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE erased_people (
    user_id uuid NOT NULL CONSTRAINT pk_erased_people PRIMARY KEY,
    erased_at timestamptz NOT NULL DEFAULT clock_timestamp()
)""",
    "ALTER TABLE people ALTER COLUMN address DROP NOT NULL, ALTER COLUMN display_name DROP NOT NULL",
    "ALTER TABLE undelivered_mails DROP CONSTRAINT ck_undelivered_mails_topic",
    """ALTER TABLE undelivered_mails ADD CONSTRAINT ck_undelivered_mails_topic CHECK (
        topic NOT IN ('sign_in', 'invitation', 'account_deleted'))""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE undelivered_mails DROP CONSTRAINT ck_undelivered_mails_topic")
    op.execute(
        "ALTER TABLE undelivered_mails ADD CONSTRAINT ck_undelivered_mails_topic CHECK ("
        "topic NOT IN ('sign_in', 'invitation'))"
    )
    op.execute("DELETE FROM people WHERE address IS NULL")
    op.execute("ALTER TABLE people ALTER COLUMN address SET NOT NULL, ALTER COLUMN display_name SET NOT NULL")
    op.execute("DROP TABLE erased_people")
