"""The language and the time zone of a person, and the language that a workspace is written to in."""

from alembic import op

revision = "identity_0012"
down_revision = "identity_0011"
branch_labels = None
depends_on = None

# Their lengths are limited, not their values: which languages there are changes with the code.
OF_PEOPLE = """
ALTER TABLE users
    ADD COLUMN locale text CONSTRAINT ck_users_locale CHECK (length(locale) <= 35),
    ADD COLUMN time_zone text CONSTRAINT ck_users_time_zone CHECK (length(time_zone) <= 64)
"""
# The default serves the version that still runs beside this migration.
OF_WORKSPACES = """
ALTER TABLE workspaces ADD COLUMN locale text NOT NULL DEFAULT 'en-US'
    CONSTRAINT ck_workspaces_locale CHECK (length(locale) <= 35)
"""
OF_BROWSERS = """
ALTER TABLE sign_in_challenges ADD COLUMN locale text
    CONSTRAINT ck_sign_in_challenges_locale CHECK (length(locale) <= 35)
"""


def upgrade() -> None:
    for statement in (OF_PEOPLE, OF_WORKSPACES, OF_BROWSERS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE sign_in_challenges DROP COLUMN locale")
    op.execute("ALTER TABLE workspaces DROP COLUMN locale")
    op.execute("ALTER TABLE users DROP COLUMN locale, DROP COLUMN time_zone")
