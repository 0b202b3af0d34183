"""Alembic's entry: runs the migrations of one service and of the plumbing, as the role that owns its tables.

The caller gives the connection and that role (``config.attributes``); see deploy/migrating.py.
"""

from alembic import context
from sqlalchemy import text

config = context.config
connection = config.attributes["connection"]
connection.execute(text(f"SET ROLE {config.attributes['owner']}"))
context.configure(
    connection=connection,
    target_metadata=config.attributes.get("metadata"),
    transaction_per_migration=False,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
connection.execute(text("RESET ROLE"))
