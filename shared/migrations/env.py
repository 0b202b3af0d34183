"""Alembic's entry: runs the migrations of one service and of the plumbing on the connection that the caller gives, which
already acts as the role that owns the tables (deploy.migrating.py)."""

from alembic import context

config = context.config
context.configure(connection=config.attributes["connection"], target_metadata=config.attributes.get("metadata"))
with context.begin_transaction():
    context.run_migrations()
