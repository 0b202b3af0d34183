"""The catalogue by page: its order, and the first fields of each product without its schema.

The column is computed by the database, so that it is also right for what the version before publishes.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "provisioning_0005"
down_revision = "provisioning_0004"
branch_labels = None
depends_on = None

# Also for a schema that is none: what is stored once must not stop an upgrade.
FIELDS = """
CREATE FUNCTION product_fields(schema jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (
    SELECT jsonb_build_object('count', count(*), 'first', coalesce(
               jsonb_agg(jsonb_build_object('name', left(name, 100), 'title', left(about ->> 'title', 100)) ORDER BY n)
               FILTER (WHERE n <= 10), '[]'))
      FROM jsonb_each(CASE WHEN jsonb_typeof(schema -> 'properties') = 'object' THEN schema -> 'properties'
                           ELSE '{}' END) WITH ORDINALITY AS field (name, about, n)
)
"""


def upgrade() -> None:
    op.execute(FIELDS)
    fields = sa.Computed("product_fields(configuration_schema)", persisted=True)
    op.add_column("products", sa.Column("fields", JSONB, fields, nullable=False))
    op.create_index("ix_products_by_name", "products", ["display_name", "id"])


def downgrade() -> None:
    op.drop_index("ix_products_by_name", "products")
    op.drop_column("products", "fields")
    op.execute("DROP FUNCTION product_fields")
