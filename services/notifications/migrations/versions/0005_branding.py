"""The copy of what sellers look like, for their mails."""

from alembic import op

revision = "notifications_0005"
down_revision = "notifications_0004"
branch_labels = None
depends_on = None

BRANDS = """
CREATE TABLE brands (
    workspace_id uuid CONSTRAINT pk_brands PRIMARY KEY,
    color text,
    sender_name text,
    imprint_url text,
    privacy_url text,
    terms_url text,
    logo bytea,
    version integer NOT NULL
)
"""


def upgrade() -> None:
    op.execute(BRANDS)


def downgrade() -> None:
    op.execute("DROP TABLE brands")
