"""The plumbing's tables: one Alembic branch that every service's database has."""
