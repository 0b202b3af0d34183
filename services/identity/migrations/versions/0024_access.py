"""The portals of bill groups: who may sign in to them, and by which link."""

from alembic import op

revision = "identity_0024"
down_revision = "identity_0022"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE bill_groups ADD COLUMN visitors_leave boolean NOT NULL DEFAULT false;
CREATE INDEX ix_bill_groups_closing ON bill_groups (bill_group_id) WHERE visitors_leave;
CREATE TABLE portals (
    key text NOT NULL CONSTRAINT pk_portals PRIMARY KEY,
    bill_group_id uuid NOT NULL CONSTRAINT uq_portals_bill_group_id UNIQUE
        CONSTRAINT fk_portals_bill_group_id REFERENCES bill_groups (bill_group_id),
    workspace_id uuid NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE TABLE access_rules (
    id uuid NOT NULL CONSTRAINT pk_access_rules PRIMARY KEY,
    workspace_id uuid NOT NULL CONSTRAINT fk_access_rules_workspace_id REFERENCES workspaces (workspace_id),
    bill_group_id uuid NOT NULL CONSTRAINT fk_access_rules_bill_group_id REFERENCES bill_groups (bill_group_id),
    kind text NOT NULL CONSTRAINT ck_access_rules_kind CHECK (kind IN ('domain', 'address')),
    value text NOT NULL CONSTRAINT ck_access_rules_value CHECK (length(value) BETWEEN 3 AND 254),
    domain text NOT NULL,
    added_by uuid NOT NULL CONSTRAINT fk_access_rules_added_by REFERENCES users (id),
    added_at timestamptz NOT NULL,
    CONSTRAINT ck_access_rules_domain
        CHECK (domain = split_part(value, '@', 2) OR (kind = 'domain' AND domain = value)),
    CONSTRAINT uq_access_rules_value UNIQUE (bill_group_id, kind, value),
    CONSTRAINT ex_access_rules_overlap EXCLUDE USING gist (bill_group_id WITH =, domain WITH =, kind WITH <>)
);
CREATE INDEX ix_access_rules_listed ON access_rules (workspace_id, bill_group_id, kind, value);
"""
# A folded-in rule is deleted before the one that takes its place is there: what a grant names is looked at in the end.
GRANTS = """
ALTER TABLE grants ADD COLUMN access_rule_id uuid
    CONSTRAINT fk_grants_access_rule_id REFERENCES access_rules (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE grants ADD CONSTRAINT ck_grants_access_rule
    CHECK ((source = 'access_rule') = (access_rule_id IS NOT NULL));
ALTER TABLE grants ADD CONSTRAINT ck_grants_visitors_have_a_bill_group
    CHECK (source <> 'access_rule' OR (role = 'billing' AND bill_group_id IS NOT NULL));
CREATE UNIQUE INDEX uq_grants_one_visit ON grants (user_id, bill_group_id) WHERE source = 'access_rule';
CREATE INDEX ix_grants_access_rule_id ON grants (access_rule_id, user_id) WHERE access_rule_id IS NOT NULL;
ALTER TABLE sessions ADD COLUMN entry_grant_id uuid;
CREATE INDEX ix_sessions_by_entry ON sessions (entry_grant_id) WHERE ended_at IS NULL;
ALTER TABLE sign_in_challenges ADD COLUMN bill_group_id uuid;
ALTER TABLE sign_in_challenges ADD COLUMN bill_group_workspace_id uuid;
"""
UNDONE = """
ALTER TABLE sign_in_challenges DROP COLUMN bill_group_workspace_id;
ALTER TABLE sign_in_challenges DROP COLUMN bill_group_id;
ALTER TABLE sessions DROP COLUMN entry_grant_id;
DROP INDEX uq_grants_one_visit;
ALTER TABLE grants DROP CONSTRAINT ck_grants_visitors_have_a_bill_group;
ALTER TABLE grants DROP COLUMN access_rule_id;
DROP TABLE access_rules;
DROP TABLE portals;
ALTER TABLE bill_groups DROP COLUMN visitors_leave;
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for statement in f"{TABLES};{GRANTS}".split(";"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    for statement in UNDONE.split(";"):
        if statement.strip():
            op.execute(statement)
