"""Releases of products with their files, and what was downloaded of them."""

from alembic import op

revision = "provisioning_0055"
down_revision = "provisioning_0050"
branch_labels = None
depends_on = None

TABLES = (
    """CREATE TABLE releases (
        id uuid NOT NULL,
        product_id uuid NOT NULL CONSTRAINT fk_releases_product_id_products REFERENCES products,
        version varchar NOT NULL, released_on date NOT NULL, notes varchar NOT NULL, state varchar NOT NULL,
        published_at timestamptz, withdrawn_at timestamptz, withdrawn_for varchar,
        checksums varchar, signature varchar, signing_key varchar, revision integer NOT NULL,
        CONSTRAINT pk_releases PRIMARY KEY (id),
        CONSTRAINT uq_releases_version UNIQUE (product_id, version),
        CONSTRAINT ck_releases_state CHECK (state IN ('draft', 'published', 'withdrawn')),
        CONSTRAINT ck_releases_published_at CHECK ((state = 'draft') = (published_at IS NULL)),
        CONSTRAINT ck_releases_withdrawn_at CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),
        CONSTRAINT ck_releases_withdrawn_for CHECK ((withdrawn_at IS NULL) = (withdrawn_for IS NULL)),
        CONSTRAINT ck_releases_checksums CHECK ((published_at IS NULL) = (checksums IS NULL)),
        CONSTRAINT ck_releases_signature CHECK ((published_at IS NULL) = (signature IS NULL)),
        CONSTRAINT ck_releases_signing_key CHECK ((published_at IS NULL) = (signing_key IS NULL)),
        CONSTRAINT ck_releases_notes CHECK (length(notes) <= 10000),
        CONSTRAINT ck_releases_withdrawn_for_length CHECK (length(withdrawn_for) <= 300))""",
    """CREATE TABLE release_files (
        id uuid NOT NULL, workspace_id uuid NOT NULL,
        release_id uuid NOT NULL CONSTRAINT fk_release_files_release_id_releases REFERENCES releases,
        name varchar NOT NULL, key varchar NOT NULL, is_placed boolean NOT NULL, state varchar NOT NULL,
        size bigint, sha256 varchar,
        due_at timestamptz DEFAULT clock_timestamp(), lease_id uuid, tries integer NOT NULL,
        correlation_id uuid NOT NULL, begun_by uuid, begun_by_address varchar, begun_via varchar NOT NULL,
        causation_id uuid, parent_workspace_id uuid, traceparent varchar,
        CONSTRAINT pk_release_files PRIMARY KEY (id),
        CONSTRAINT ck_release_files_state CHECK (state IN ('receiving', 'checking', 'ready', 'failed', 'removed')),
        CONSTRAINT ck_release_files_ready CHECK (state <> 'ready' OR (size IS NOT NULL AND sha256 IS NOT NULL)),
        CONSTRAINT ck_release_files_size CHECK (size >= 0),
        CONSTRAINT ck_release_files_lease CHECK (lease_id IS NULL OR due_at IS NOT NULL),
        CONSTRAINT ck_release_files_tries CHECK (tries >= 0))""",
    """CREATE TABLE downloads (
        id uuid NOT NULL, workspace_id uuid NOT NULL,
        release_id uuid NOT NULL CONSTRAINT fk_downloads_release_id_releases REFERENCES releases,
        file_id uuid NOT NULL CONSTRAINT fk_downloads_file_id_release_files REFERENCES release_files,
        user_id uuid NOT NULL, began_at timestamptz NOT NULL,
        CONSTRAINT pk_downloads PRIMARY KEY (id))""",
)
INDEXES = {
    "ix_releases_newest": "releases (product_id, released_on, id)",
    "ix_releases_published": "releases (product_id, released_on, id) WHERE state = 'published'",
    "ix_release_files_due_at": "release_files (due_at) WHERE due_at IS NOT NULL",
    "ix_release_files_release_id": "release_files (release_id, name)",
    "ix_downloads_release_id": "downloads (release_id)",
    "ix_downloads_file_id": "downloads (file_id)",
    "ix_services_entitling":
        "services (workspace_id, product_id) WHERE state IN ('active', 'changing') AND kind <> 'licence'",
}  # fmt: skip
FILE_NAMES = "CREATE UNIQUE INDEX uq_release_files_name ON release_files (release_id, name) WHERE state <> 'removed'"


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for name, of in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {of}")
    op.execute(FILE_NAMES)


def downgrade() -> None:
    op.execute("DROP INDEX ix_services_entitling")
    op.execute("DROP TABLE downloads, release_files, releases")
