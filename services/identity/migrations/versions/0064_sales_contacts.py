"""Whom a seller's customers ask about products and prices."""

from importlib import import_module

from alembic import op

revision = "identity_0064"
down_revision = "identity_0063"
branch_labels = None
depends_on = None

FORMER = import_module("services.identity.migrations.versions.0029_support_contacts")
COLUMNS = """
ALTER TABLE workspaces
    ADD COLUMN sales_name text CONSTRAINT ck_workspaces_sales_name CHECK (length(sales_name) <= 100),
    ADD COLUMN sales_address text CONSTRAINT ck_workspaces_sales_address CHECK (length(sales_address) <= 254),
    ADD COLUMN sales_phone text CONSTRAINT ck_workspaces_sales_phone CHECK (length(sales_phone) <= 40)
"""
NEW = "sales_name", "sales_address", "sales_phone"


def upgrade() -> None:
    op.execute(COLUMNS)
    _replace(NEW)


def _replace(more: tuple[str, ...]) -> None:
    """A function whose columns change is made anew. Who reads some of them by name notices nothing."""
    columns = ", ".join((FORMER.FACE, FORMER.NEW, *more))
    types = FORMER.NEW_TYPES + "".join(f", {column} text" for column in more)
    op.execute("DROP FUNCTION seller_of_scope()")
    op.execute(FORMER.SELLER.format(columns=columns, types=types))
    op.execute("REVOKE EXECUTE ON FUNCTION seller_of_scope() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION seller_of_scope() TO portico_identity_api")


def downgrade() -> None:
    _replace(())
    for column in NEW:
        op.execute(f"ALTER TABLE workspaces DROP COLUMN {column}")
