"""Licences, the machines that use them, and which keys are revoked.

The version that still runs beside this migration issues no licences: a job issues those of the services that are active
already. Triggers keep what follows from a service and from a licence.
"""

from alembic import op

revision = "provisioning_0050"
down_revision = "provisioning_0040"
branch_labels = None
depends_on = None

STATE = """
CASE WHEN ended_at IS NOT NULL THEN 'ended' WHEN revoked_at IS NOT NULL THEN 'revoked'
     WHEN on_hold THEN 'on_hold' ELSE 'valid' END
"""
TABLES = (
    f"""CREATE TABLE licences (
        id uuid NOT NULL, workspace_id uuid NOT NULL,
        service_id uuid NOT NULL CONSTRAINT fk_licences_service_id_services REFERENCES services,
        product_id uuid NOT NULL CONSTRAINT fk_licences_product_id_products REFERENCES products,
        bill_group_id uuid, location_id uuid, issued_at timestamptz NOT NULL, generation integer NOT NULL,
        signing_key_id varchar, maintenance_until date, contract_version integer NOT NULL DEFAULT 0,
        on_hold boolean NOT NULL DEFAULT false, revoked_at timestamptz, revoked_for varchar, ended_at timestamptz,
        state varchar NOT NULL GENERATED ALWAYS AS ({STATE}) STORED, version integer NOT NULL,
        called_since timestamptz, calls integer NOT NULL DEFAULT 0,
        CONSTRAINT pk_licences PRIMARY KEY (id),
        CONSTRAINT uq_licences_service_id UNIQUE (service_id),
        CONSTRAINT ck_licences_generation CHECK (generation >= 1),
        CONSTRAINT ck_licences_revoked_for CHECK ((revoked_at IS NULL) = (revoked_for IS NULL)),
        CONSTRAINT ck_licences_revoked_for_length CHECK (length(revoked_for) <= 300))""",
    """CREATE TABLE licence_activations (
        id uuid NOT NULL, workspace_id uuid NOT NULL,
        licence_id uuid NOT NULL CONSTRAINT fk_licence_activations_licence_id_licences REFERENCES licences,
        fingerprint_digest varchar NOT NULL, machine_name varchar NOT NULL,
        activated_at timestamptz NOT NULL, renewed_at timestamptz NOT NULL,
        CONSTRAINT pk_licence_activations PRIMARY KEY (id),
        CONSTRAINT uq_licence_activations_machine UNIQUE (licence_id, fingerprint_digest),
        CONSTRAINT ck_licence_activations_machine_name CHECK (length(machine_name) <= 100))""",
    """CREATE TABLE licence_revocations (
        licence_id uuid NOT NULL CONSTRAINT fk_licence_revocations_licence_id_licences REFERENCES licences,
        product_id uuid NOT NULL, generation integer NOT NULL,
        CONSTRAINT pk_licence_revocations PRIMARY KEY (licence_id))""",
)
INDEXES = {
    "ix_licences_newest": "licences (workspace_id, issued_at, id) WHERE version <> -1 AND state <> 'ended'",
    "ix_licences_newest_in_state": "licences (workspace_id, state, issued_at, id) WHERE version <> -2",
    "ix_licences_newest_of_group":
        "licences (workspace_id, bill_group_id, issued_at, id) WHERE version <> -3 AND state <> 'ended'",
    "ix_licences_newest_of_group_in_state":
        "licences (workspace_id, bill_group_id, state, issued_at, id) WHERE version <> -4",
    "ix_licences_newest_of_location":
        "licences (workspace_id, location_id, issued_at, id) WHERE version <> -41 AND state <> 'ended'",
    "ix_licences_newest_of_location_in_state":
        "licences (workspace_id, location_id, state, issued_at, id) WHERE version <> -42",
    "ix_licences_valid_of_product": "licences (workspace_id, product_id) WHERE state = 'valid'",
    "ix_licence_revocations_of_product": "licence_revocations (product_id, licence_id)",
    "ix_services_to_license": "services (id) WHERE kind = 'licence' AND state IN ('active', 'changing', 'suspended')",
}  # fmt: skip
FOLLOW = """
CREATE FUNCTION follow_licensed_service() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE licences SET bill_group_id = NEW.bill_group_id, location_id = NEW.location_id WHERE service_id = NEW.id;
    RETURN NULL;
END $$
"""
FOLLOWED = """
CREATE TRIGGER follow_licensed_service AFTER UPDATE OF bill_group_id, location_id ON services
    FOR EACH ROW WHEN (NEW.kind = 'licence') EXECUTE FUNCTION follow_licensed_service()
"""
REVOKE = """
CREATE FUNCTION keep_licence_revocation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last integer := CASE WHEN NEW.state IN ('revoked', 'ended') THEN NEW.generation ELSE NEW.generation - 1 END;
BEGIN
    IF last = 0 THEN
        DELETE FROM licence_revocations WHERE licence_id = NEW.id;
    ELSE
        INSERT INTO licence_revocations (licence_id, product_id, generation) VALUES (NEW.id, NEW.product_id, last)
        ON CONFLICT (licence_id) DO UPDATE SET generation = excluded.generation;
    END IF;
    RETURN NULL;
END $$
"""
REVOKED = """
CREATE TRIGGER keep_licence_revocation AFTER UPDATE OF generation, revoked_at, ended_at ON licences
    FOR EACH ROW EXECUTE FUNCTION keep_licence_revocation()
"""


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for name, of in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {of}")
    for statement in (FOLLOW, FOLLOWED, REVOKE, REVOKED):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER follow_licensed_service ON services")
    op.execute("DROP INDEX ix_services_to_license")
    op.execute("DROP TABLE licence_revocations, licence_activations, licences")
    op.execute("DROP FUNCTION follow_licensed_service, keep_licence_revocation")
