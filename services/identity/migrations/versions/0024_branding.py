"""What a provider or a partner looks like to its customers, and what everybody may read of it."""

from alembic import op

revision = "identity_0024"
down_revision = "identity_0023"
branch_labels = None
depends_on = None

BRANDS = """
CREATE TABLE brands (
    workspace_id uuid CONSTRAINT pk_brands PRIMARY KEY
        CONSTRAINT fk_brands_workspace_id REFERENCES workspaces (workspace_id),
    display_name text,
    color text CONSTRAINT ck_brands_color CHECK (color ~ '^#[0-9a-f]{6}$'),
    sender_name text,
    imprint_url text,
    privacy_url text,
    terms_url text,
    logo bytea CONSTRAINT ck_brands_logo CHECK (octet_length(logo) <= 24576),
    logo_hash text,
    logo_width integer,
    logo_height integer,
    version integer NOT NULL,
    CONSTRAINT ck_brands_logo_hash CHECK ((logo IS NULL) = (logo_hash IS NULL))
)
"""
BY_HASH = "CREATE INDEX ix_brands_logo_hash ON brands (logo_hash) WHERE logo_hash IS NOT NULL"

# As the owner, because nobody who sees a page may read the rows of its seller. They return only what is shown anyway.
# A partner's logo and its size come from one row, never half from the provider's.
SELLER = """
CREATE FUNCTION brand_of_seller(buyer uuid)
RETURNS TABLE (display_name text, color text, sender_name text, imprint_url text, privacy_url text, terms_url text,
    logo_hash text, logo_width integer, logo_height integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN s.workspace_id IS NULL THEN p.display_name ELSE coalesce(s.display_name, s.own_name) END,
        coalesce(s.color, p.color), coalesce(s.sender_name, s.own_name, p.sender_name),
        coalesce(s.imprint_url, p.imprint_url), coalesce(s.privacy_url, p.privacy_url),
        coalesce(s.terms_url, p.terms_url), coalesce(s.logo_hash, p.logo_hash),
        CASE WHEN s.logo_hash IS NULL THEN p.logo_width ELSE s.logo_width END,
        CASE WHEN s.logo_hash IS NULL THEN p.logo_height ELSE s.logo_height END
    FROM (SELECT 1) AS one
    LEFT JOIN (SELECT b.* FROM brands b JOIN workspaces w USING (workspace_id) WHERE w.kind = 'provider') p ON true
    LEFT JOIN (SELECT m.workspace_id, m.display_name AS own_name, b.display_name, b.color, b.sender_name,
            b.imprint_url, b.privacy_url, b.terms_url, b.logo_hash, b.logo_width, b.logo_height
        FROM workspaces w JOIN workspaces m ON m.workspace_id = w.parent_workspace_id AND m.kind = 'partner'
        LEFT JOIN brands b ON b.workspace_id = m.workspace_id
        WHERE w.workspace_id = buyer) s ON true
$$
"""
LOGO = """
CREATE FUNCTION brand_logo(hash text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT logo FROM brands WHERE logo_hash = hash LIMIT 1
$$
"""
FUNCTIONS = ("brand_of_seller", "brand_logo")


def upgrade() -> None:
    op.execute(BRANDS)
    op.execute(BY_HASH)
    op.execute(SELLER)
    op.execute(LOGO)
    for function in FUNCTIONS:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO portico_identity_api")


def downgrade() -> None:
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP TABLE brands")
