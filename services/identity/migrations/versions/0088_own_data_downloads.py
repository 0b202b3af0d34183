"""How often people download their data is counted."""

from alembic import op

revision = "identity_0088"
down_revision = "identity_0072"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE own_data_downloads (
    id uuid NOT NULL CONSTRAINT pk_own_data_downloads PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT fk_own_data_downloads_user_id REFERENCES users (id),
    downloaded_at timestamptz NOT NULL
);
CREATE INDEX ix_own_data_downloads_user_id ON own_data_downloads (user_id, downloaded_at);
CREATE INDEX ix_own_data_downloads_downloaded_at ON own_data_downloads (downloaded_at);
"""


def upgrade() -> None:
    for statement in TABLE.split(";"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE own_data_downloads")
