"""The plumbing's tables: an Alembic branch in every service's database."""
