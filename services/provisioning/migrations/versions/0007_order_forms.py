"""Schemas in the order in which they were written, the most of one order, and the terms of plans.

What was published before this migration keeps the order that jsonb gave it, until it is published again.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "provisioning_0007"
down_revision = "provisioning_0006"
branch_labels = None
depends_on = None

# Also for a schema that is none: what is stored once must not stop an upgrade.
FIELDS = """
CREATE FUNCTION product_fields(schema {type}) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (
    SELECT jsonb_build_object('count', count(*), 'first', coalesce(
               jsonb_agg(jsonb_build_object('name', left(name, 100), 'title', left(about ->> 'title', 100)) ORDER BY n)
               FILTER (WHERE n <= 10), '[]'))
      FROM {type}_each(CASE WHEN {type}_typeof(schema -> 'properties') = 'object' THEN schema -> 'properties'
                            ELSE '{{}}' END) WITH ORDINALITY AS field (name, about, n)
)
"""


def upgrade() -> None:
    _store_as("json")
    op.add_column("products", sa.Column("max_quantity", sa.Integer, nullable=False, server_default="1000"))
    op.add_column("plan_versions", sa.Column("terms", JSONB, nullable=False, server_default="{}"))


def _store_as(type_: str) -> None:
    """The old version writes jsonb still: PostgreSQL converts it."""
    op.drop_column("products", "fields")
    op.execute("DROP FUNCTION product_fields")
    op.execute(f"ALTER TABLE products ALTER configuration_schema TYPE {type_} USING configuration_schema::{type_}")
    op.execute(FIELDS.format(type=type_))
    fields = sa.Computed("product_fields(configuration_schema)", persisted=True)
    op.add_column("products", sa.Column("fields", JSONB, fields, nullable=False))


def downgrade() -> None:
    op.drop_column("plan_versions", "terms")
    op.drop_column("products", "max_quantity")
    _store_as("jsonb")
