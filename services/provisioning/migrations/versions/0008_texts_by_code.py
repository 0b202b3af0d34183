"""Codes for what drivers say, so that it can be read in other languages."""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "provisioning_0008"
down_revision = "provisioning_0007"
branch_labels = None
depends_on = None

SAID = {"operations": "message", "operation_steps": "detail", "orders": "failure", "failed_orders": "failure"}
"""Each table with a text of a driver's, and its column."""

# What the version before this one said, word for word. Everything else was said by a driver of an operator's own or is
# a title of a product's options: it is read as it is.
TITLES = {
    "reserve_capacity": "Reserve capacity",
    "install_system": "Install the system",
    "connect_network": "Connect the network",
    "check_and_hand_over": "Check and hand over",
    "patch_cross_connect": "Patch the cross-connect",
    "configure_port": "Configure the port",
    "test_line_and_hand_over": "Test the line and hand over",
    "reserve_bandwidth": "Reserve bandwidth",
    "configure_both_ends": "Configure both ends",
    "test_circuit_and_hand_over": "Test the circuit and hand over",
    "ask_cloud_to_accept": "Ask the cloud to accept",
    "configure_routing": "Configure routing",
    "test_and_hand_over": "Test and hand over",
    "reserve": "Reserve",
    "prepare": "Prepare",
    "hand_over": "Hand over",
}
TEXTS = {
    "done": "Done",
    "done_already": "Done already",
    "in_progress": "In progress",
    "trying_again": "No answer yet; trying again",
    "unanswered": "The infrastructure does not answer.",
    "begun_too_often": "The step was begun too often without coming to an end.",
}
REFUSED = r"^The simulated infrastructure refused step (\d{1,9}), as its options say\.$"

# Of a row that the version before this one changes, while it still runs beside this migration, only the text is new: a
# text that changes without its code and values is one that has none.
FORGET = """
CREATE FUNCTION forget_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RETURN jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0] || '_code', NULL, TG_ARGV[0] || '_values', '{}'::jsonb));
END $$
"""
TRIGGER = """
CREATE TRIGGER forget_code BEFORE UPDATE OF {text} ON {table} FOR EACH ROW WHEN (
    NEW.{text} IS DISTINCT FROM OLD.{text}
    AND (NEW.{text}_code, NEW.{text}_values) IS NOT DISTINCT FROM (OLD.{text}_code, OLD.{text}_values)
    AND NEW.{text}_code IS NOT NULL
) EXECUTE FUNCTION forget_code('{text}')
"""


def upgrade() -> None:
    op.add_column("operation_steps", sa.Column("key", sa.String))
    for table, text in SAID.items():
        op.add_column(table, sa.Column(f"{text}_code", sa.String))
        # The version before this one, which still writes rows, does not name it.
        op.add_column(table, sa.Column(f"{text}_values", JSONB, nullable=False, server_default="{}"))
        _find_codes(table, text)
    op.execute(FORGET)
    for table, text in SAID.items():
        op.execute(TRIGGER.format(table=table, text=text))


def _find_codes(table: str, text: str) -> None:
    # FORCE applies row security to the owner too, who has no policy. It is lifted to change the existing rows.
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    if table == "operation_steps":
        op.execute(f"UPDATE {table} SET key = found.key FROM (VALUES {_rows(TITLES)}) found (key, title)"
                   f" WHERE {table}.title = found.title")  # fmt: skip
    op.execute(f"UPDATE {table} SET {text}_code = found.code FROM (VALUES {_rows(TEXTS)}) found (code, said)"
               f" WHERE {table}.{text} = found.said")  # fmt: skip
    op.execute(f"UPDATE {table} SET {text}_code = 'simulator_refused', {text}_values = jsonb_build_object('step',"
               f" substring({text} FROM '{REFUSED}')::integer) WHERE {text} ~ '{REFUSED}'")  # fmt: skip
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _rows(texts: Mapping[str, str]) -> str:
    return ", ".join(f"('{code}', '{text}')" for code, text in texts.items())


def downgrade() -> None:
    for table, text in SAID.items():
        op.execute(f"DROP TRIGGER forget_code ON {table}")
        op.drop_column(table, f"{text}_values")
        op.drop_column(table, f"{text}_code")
    op.drop_column("operation_steps", "key")
    op.execute("DROP FUNCTION forget_code")
