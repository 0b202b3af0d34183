"""What changed the MRR, by month. What is billed already is new in the month in which its billing started.

A start that the old version records meanwhile is missing: the last statement of the upgrade runs in one transaction with
the others, and the workers of the old version are stopped before those of the new one start.
"""

from alembic import op

revision = "billing_0021"
down_revision = "billing_0020"
branch_labels = None
depends_on = None

MOVEMENTS = """
CREATE TABLE mrr_movements (
    workspace_id uuid NOT NULL,
    month date NOT NULL,
    currency text NOT NULL,
    movement text NOT NULL CONSTRAINT ck_mrr_movements_movement
        CHECK (movement IN ('new', 'expansion', 'contraction', 'churn', 'paused', 'resumed')),
    minor bigint NOT NULL,
    CONSTRAINT pk_mrr_movements PRIMARY KEY (workspace_id, month, currency, movement)
)
"""
# Rounded half up like `monthly_amount`.
SO_FAR = """
INSERT INTO mrr_movements (workspace_id, month, currency, movement, minor)
SELECT workspace_id, date_trunc('month', coalesce(started_on, (billing_started_at AT TIME ZONE 'UTC')::date)::timestamp),
       currency, 'new',
       sum(div(2 * recurring_minor::numeric * quantity + interval_months, 2 * interval_months))
FROM subscriptions WHERE clock = 'started' GROUP BY 1, 2, 3
"""


def upgrade() -> None:
    op.execute(MOVEMENTS)
    # FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction.
    op.execute("ALTER TABLE subscriptions NO FORCE ROW LEVEL SECURITY")
    op.execute(SO_FAR)
    op.execute("ALTER TABLE subscriptions FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("DROP TABLE mrr_movements")
