"""Bill groups say whether they are closed, what they allow, and whether they have a contract or owe something."""

from alembic import op

revision = "billing_0010"
down_revision = "billing_0009"
branch_labels = None
depends_on = None

COLUMNS = (
    "is_closed boolean NOT NULL DEFAULT false",
    "portal_on boolean NOT NULL DEFAULT true",
    "paying_on boolean NOT NULL DEFAULT true",
    "has_contract boolean NOT NULL DEFAULT false",
    "owes boolean NOT NULL DEFAULT false",
)
TABLES = ("bill_groups", "subscriptions", "invoices")
# A job tells of the groups that were there before.
TOLD = "ALTER TABLE bill_groups ADD COLUMN told boolean NOT NULL DEFAULT false"
FROM_NOW_ON = "ALTER TABLE bill_groups ALTER COLUMN told SET DEFAULT true"
UNTOLD = "CREATE INDEX ix_bill_groups_untold ON bill_groups (bill_group_id) WHERE NOT told"
STANDING = """
UPDATE bill_groups g SET
    has_contract = EXISTS (SELECT FROM subscriptions s WHERE s.bill_group_id = g.bill_group_id AND s.clock <> 'ended'),
    owes = EXISTS (SELECT FROM invoices i WHERE i.bill_group_id = g.bill_group_id AND i.status = 'open')
"""


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE bill_groups ADD COLUMN {column}")
    # FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction.
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(STANDING)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for statement in (TOLD, FROM_NOW_ON, UNTOLD):
        op.execute(statement)


def downgrade() -> None:
    for column in (*COLUMNS, "told"):
        op.execute(f"ALTER TABLE bill_groups DROP COLUMN {column.split()[0]}")
