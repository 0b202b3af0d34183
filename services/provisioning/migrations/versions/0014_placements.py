"""Sites, their hosts with capacity, and which service runs where.

What a host says is taken is kept by a trigger on placements: no placement is saved without it, and a check refuses more
than the host has. Functions choose a host as the owner, because a customer may read no host.
"""

from alembic import op

revision = "provisioning_0014"
down_revision = "provisioning_0013"
branch_labels = None
depends_on = None

TABLES = (
    """CREATE TABLE sites (
        id uuid NOT NULL, key varchar NOT NULL, display_name varchar NOT NULL, city varchar NOT NULL,
        country varchar NOT NULL, latitude double precision NOT NULL, longitude double precision NOT NULL,
        version integer NOT NULL,
        CONSTRAINT pk_sites PRIMARY KEY (id), CONSTRAINT uq_sites_key UNIQUE (key),
        CONSTRAINT ck_sites_latitude CHECK (latitude BETWEEN -90 AND 90),
        CONSTRAINT ck_sites_longitude CHECK (longitude BETWEEN -180 AND 180))""",
    "CREATE INDEX ix_sites_by_name ON sites (display_name, id)",
    """CREATE TABLE hosts (
        id uuid NOT NULL, workspace_id uuid NOT NULL, site_id uuid NOT NULL, display_name varchar NOT NULL,
        in_maintenance boolean NOT NULL DEFAULT false, version integer NOT NULL,
        CONSTRAINT pk_hosts PRIMARY KEY (id), CONSTRAINT uq_hosts_site_id_display_name UNIQUE (site_id, display_name),
        CONSTRAINT fk_hosts_site_id FOREIGN KEY (site_id) REFERENCES sites (id))""",
    """CREATE TABLE host_resources (
        host_id uuid NOT NULL, resource varchar NOT NULL, workspace_id uuid NOT NULL, capacity bigint NOT NULL,
        taken bigint NOT NULL DEFAULT 0,
        CONSTRAINT pk_host_resources PRIMARY KEY (host_id, resource),
        CONSTRAINT fk_host_resources_host_id FOREIGN KEY (host_id) REFERENCES hosts (id),
        CONSTRAINT ck_host_resources_never_oversold CHECK (taken >= 0 AND taken <= capacity))""",
    """CREATE TABLE placements (
        service_id uuid NOT NULL, workspace_id uuid NOT NULL, host_id uuid NOT NULL, takes jsonb NOT NULL,
        CONSTRAINT pk_placements PRIMARY KEY (service_id),
        CONSTRAINT fk_placements_service_id FOREIGN KEY (service_id) REFERENCES services (id),
        CONSTRAINT fk_placements_host_id FOREIGN KEY (host_id) REFERENCES hosts (id))""",
    "CREATE INDEX ix_placements_host_id ON placements (host_id, service_id)",
    "ALTER TABLE products ADD COLUMN needs jsonb NOT NULL DEFAULT '{}'",
    "ALTER TABLE orders ADD COLUMN site_id uuid CONSTRAINT fk_orders_site_id REFERENCES sites (id)",
    "ALTER TABLE services ADD COLUMN site_id uuid CONSTRAINT fk_services_site_id REFERENCES sites (id)",
    "CREATE INDEX ix_services_of_site ON services (workspace_id, site_id, kind, state, requested_at, id)"
    " WHERE version <> -32",
    "CREATE INDEX ix_services_of_site_and_group ON services"
    " (workspace_id, bill_group_id, site_id, kind, state, requested_at, id) WHERE version <> -34",
)
OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"
# Whoever changes what a host has free locks the host first, so that two of them never wait for each other.
KEEP = f"""
CREATE FUNCTION keep_taken() RETURNS trigger LANGUAGE plpgsql {OWNER} AS $$
DECLARE kept integer;
BEGIN
    PERFORM FROM hosts WHERE id IN (OLD.host_id, NEW.host_id) ORDER BY id FOR NO KEY UPDATE;
    IF TG_OP <> 'INSERT' THEN
        UPDATE host_resources r SET taken = r.taken - t.value::bigint FROM jsonb_each_text(OLD.takes) t
         WHERE r.host_id = OLD.host_id AND r.resource = t.key;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE host_resources r SET taken = r.taken + t.value::bigint FROM jsonb_each_text(NEW.takes) t
         WHERE r.host_id = NEW.host_id AND r.resource = t.key;
        GET DIAGNOSTICS kept = ROW_COUNT;
        IF kept <> (SELECT count(*) FROM jsonb_object_keys(NEW.takes)) THEN
            RAISE check_violation USING MESSAGE = 'the host has no such resource';
        END IF;
    END IF;
    RETURN NULL;
END $$
"""
# The host that has the largest part of its scarcest resource left comes first.
WITH_ROOM = f"""
CREATE FUNCTION hosts_with_room(at_site uuid, needs jsonb, of_host uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE {OWNER} AS $$
    SELECT h.id FROM hosts h JOIN host_resources r ON r.host_id = h.id JOIN jsonb_each_text(needs) n ON n.key = r.resource
     WHERE NOT h.in_maintenance AND (at_site IS NULL OR h.site_id = at_site) AND (of_host IS NULL OR h.id = of_host)
     GROUP BY h.id
    HAVING bool_and(r.taken + n.value::bigint <= r.capacity)
       AND count(*) = (SELECT count(*) FROM jsonb_object_keys(needs))
     ORDER BY min((r.capacity - r.taken - n.value::bigint)::float8 / greatest(r.capacity, 1)) DESC, h.id
$$
"""
SITES = f"""
CREATE FUNCTION sites_with_room(needs jsonb) RETURNS SETOF uuid LANGUAGE sql STABLE {OWNER} AS $$
    SELECT DISTINCT h.site_id FROM hosts h WHERE h.id IN (SELECT hosts_with_room(NULL, needs, NULL))
$$
"""
# First without waiting for others who place something, then in turn. At most one host is locked at any time: the lock
# of one that proves full is given back with the block, so that no two wait for each other.
TAKE = f"""
CREATE FUNCTION take_host(at_site uuid, needs jsonb) RETURNS TABLE (host_id uuid, site_id uuid)
LANGUAGE plpgsql VOLATILE {OWNER} AS $$
DECLARE candidate uuid; waits boolean;
BEGIN
    FOREACH waits IN ARRAY ARRAY[false, true] LOOP
        FOR candidate IN SELECT found.id FROM hosts_with_room(at_site, needs, NULL) AS found(id) LOOP
            BEGIN
                IF waits THEN
                    PERFORM FROM hosts h WHERE h.id = candidate FOR NO KEY UPDATE;
                ELSE
                    PERFORM FROM hosts h WHERE h.id = candidate FOR NO KEY UPDATE SKIP LOCKED;
                END IF;
                IF FOUND AND EXISTS (SELECT FROM hosts_with_room(at_site, needs, candidate)) THEN
                    RETURN QUERY SELECT h.id, h.site_id FROM hosts h WHERE h.id = candidate;
                    RETURN;
                END IF;
                RAISE EXCEPTION USING ERRCODE = 'PR001';
            EXCEPTION WHEN SQLSTATE 'PR001' THEN
                NULL;
            END;
        END LOOP;
    END LOOP;
END $$
"""
# What the provider may know of a customer's service here is its name, its state and what it takes.
ON_HOST = f"""
CREATE FUNCTION services_on_host(of_host uuid, after uuid, most integer)
RETURNS TABLE (id uuid, workspace_id uuid, display_name varchar, kind varchar, state varchar, takes jsonb)
LANGUAGE sql STABLE {OWNER} AS $$
    SELECT p.service_id, s.workspace_id, s.display_name, s.kind, s.state, p.takes
      FROM placements p JOIN services s ON s.id = p.service_id
     WHERE p.host_id = of_host AND p.service_id > after AND EXISTS (
        SELECT FROM workspace_copies w
        WHERE w.id = nullif(current_setting('portico.workspace', true), '')::uuid AND w.kind = 'provider')
     ORDER BY p.service_id LIMIT most
$$
"""
CALLED = {
    "sites_with_room(jsonb)": True,
    "take_host(uuid, jsonb)": True,
    "services_on_host(uuid, uuid, integer)": True,
    "hosts_with_room(uuid, jsonb, uuid)": False,
    "keep_taken()": False,
}
"""The functions, and whether requests call them."""


def upgrade() -> None:
    for statement in (*TABLES, KEEP, WITH_ROOM, SITES, TAKE, ON_HOST):
        op.execute(statement)
    op.execute(
        "CREATE TRIGGER keep_taken AFTER INSERT OR UPDATE OR DELETE ON placements FOR EACH ROW EXECUTE FUNCTION keep_taken()"
    )
    for function, called in CALLED.items():
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        if called:
            op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO portico_provisioning_api")


def downgrade() -> None:
    op.execute("DROP INDEX ix_services_of_site_and_group")
    op.execute("DROP INDEX ix_services_of_site")
    op.execute("ALTER TABLE services DROP COLUMN site_id")
    op.execute("ALTER TABLE orders DROP COLUMN site_id")
    op.execute("ALTER TABLE products DROP COLUMN needs")
    for table in ("placements", "host_resources", "hosts", "sites"):
        op.drop_table(table)
    for function in reversed(CALLED):
        op.execute(f"DROP FUNCTION {function}")
