"""Outbox, inbox, idempotency keys, copies of grants and workspaces."""

from alembic import context, op

import shared.consumer
import shared.copies
import shared.idempotency
import shared.outbox  # noqa: F401 - each import adds its tables to `plumbing`
from shared.db import Kind, plumbing, secure

revision = "plumbing_0001"
down_revision = None
branch_labels = ("plumbing",)
depends_on = None


def upgrade() -> None:
    plumbing.create_all(op.get_bind(), checkfirst=False)
    service = context.config.attributes["service"]
    for table in plumbing.sorted_tables:
        for statement in secure(service, table.name, Kind.plumbing):
            op.execute(statement)
    op.execute("INSERT INTO relay_state DEFAULT VALUES")


def downgrade() -> None:
    plumbing.drop_all(op.get_bind())
