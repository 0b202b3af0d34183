"""The copy of sellers' colours and logos, for invoices."""

from alembic import op

revision = "billing_0010"
down_revision = "billing_0009"
branch_labels = None
depends_on = None

BRANDS = """
CREATE TABLE brands (
    workspace_id uuid CONSTRAINT pk_brands PRIMARY KEY,
    color text,
    logo bytea,
    logo_hash text,
    version integer NOT NULL
)
"""


def upgrade() -> None:
    op.execute(BRANDS)


def downgrade() -> None:
    op.execute("DROP TABLE brands")
