"""Immutable entries, their seals, checkpoints, and the keys of personal data."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "audit_0001"
down_revision = None
branch_labels = ("audit",)
depends_on = "plumbing_0001"

INSTANT = sa.DateTime(timezone=True)
APPEND_ONLY = ("entries", "seals", "checkpoints")


def upgrade() -> None:
    _create_entries()
    _create_seals()
    _refuse_changes()


def _create_entries() -> None:
    op.create_table(
        "entries",
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("workspace_id", sa.Uuid, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False, server_default=sa.func.clock_timestamp()),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("via", sa.String, nullable=False),
        sa.Column("actor_id", sa.Uuid),
        sa.Column("actor_sealed", sa.LargeBinary),
        sa.Column("subject_type", sa.String, nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("correlation_id", sa.Uuid, nullable=False),
        sa.Column("causation_id", sa.Uuid),
        sa.Column("details", JSONB, nullable=False),
        sa.Column("person_id", sa.Uuid),
        sa.Column("details_sealed", sa.LargeBinary),
        sa.PrimaryKeyConstraint("position", name="pk_entries"),
        sa.UniqueConstraint("id", name="uq_entries_id"),
    )
    op.create_index("ix_entries_workspace_id_at_position", "entries", ["workspace_id", "at", "position"])
    op.create_table(
        "waiting_entries",
        sa.Column("position", sa.BigInteger, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("position", name="pk_waiting_entries"),
    )
    op.create_table(
        "person_keys",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary),
        sa.PrimaryKeyConstraint("person_id", name="pk_person_keys"),
    )


def _create_seals() -> None:
    op.create_table(
        "seals",
        sa.Column("workspace_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "number", name="pk_seals"),
        sa.UniqueConstraint("position", name="uq_seals_position"),
        sa.ForeignKeyConstraint(["position"], ["entries.position"], name="fk_seals_position"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("statement", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_checkpoints"),
    )


def _refuse_changes() -> None:
    """Privileges protect against the service; triggers protect against everybody who does not remove them first."""
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the log is append-only: % on %', tg_op, tg_table_name; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in ("checkpoints", "seals", "person_keys", "waiting_entries", "entries"):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change()")
