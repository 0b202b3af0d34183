"""The browser and the operating system of a session, apart, so that both can be said in other languages."""

from alembic import op

revision = "identity_0018"
down_revision = "identity_0017"
branch_labels = None
depends_on = None

# A text of another form is the browser alone. What the version before this one still writes is read as it is.
SPLIT = r"""
UPDATE sessions SET
    browser = nullif(browser, 'an unknown browser'),
    browser_name = nullif(coalesce(substring(browser FROM '^(.+) on .+$'), browser), 'an unknown browser'),
    operating_system = substring(browser FROM '^.+ on (.+)$')
WHERE browser IS NOT NULL
"""


def upgrade() -> None:
    op.execute("ALTER TABLE sessions ADD COLUMN browser_name text, ADD COLUMN operating_system text")
    op.execute(SPLIT)


def downgrade() -> None:
    op.execute("ALTER TABLE sessions DROP COLUMN browser_name, DROP COLUMN operating_system")
