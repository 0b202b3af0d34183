"""Alembic's entry: runs the migrations of a service and of the plumbing on the connection that the caller gives, as the
role that owns the tables (deploy/migrating.py)."""

from alembic import context
from sqlalchemy import text

config = context.config
connection = config.attributes["connection"]
connection.execute(text(f"SET ROLE {config.attributes['owner']}"))
context.configure(connection=connection, target_metadata=config.attributes.get("metadata"))
with context.begin_transaction():
    context.run_migrations()
