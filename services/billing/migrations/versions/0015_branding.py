"""The copy of sellers' colours and logos, for invoices."""

from alembic import op

revision = "billing_0015"
down_revision = "billing_0014"
branch_labels = None
depends_on = None

BRANDS = """
CREATE TABLE brands (
    workspace_id uuid CONSTRAINT pk_brands PRIMARY KEY,
    color text,
    logo_hash text,
    version integer NOT NULL
)
"""


LOGOS = """
CREATE TABLE logos (
    hash text CONSTRAINT pk_logos PRIMARY KEY,
    png bytea NOT NULL
)
"""


def upgrade() -> None:
    op.execute(BRANDS)
    op.execute(LOGOS)


def downgrade() -> None:
    op.execute("DROP TABLE logos")
    op.execute("DROP TABLE brands")
