from datetime import date, datetime
from uuid import UUID

from shared.schemas import Body, Read


class DownloadProductRead(Read):
    """A product with releases, of which the workspace has a valid licence or an active service."""

    id: UUID
    key: str
    display_name: str
    entitled_until: date | None
    """The last day whose releases can be downloaded. Null: all."""
    service_id: UUID
    """The service whose renewal extends that."""


class DownloadProductsRead(Read):
    """At most 100, by name."""

    items: list[DownloadProductRead]


class DownloadFileRead(Read):
    id: UUID
    name: str
    size: int
    """In bytes."""
    sha256: str
    """In hexadecimal."""


class DownloadReleaseRead(Read):
    """A published release of a product."""

    id: UUID
    version: str
    released_on: date
    notes: str
    """Plain text."""
    is_locked: bool
    """Whether it came out after ``entitled_until`` of its product."""
    files: list[DownloadFileRead]
    """By name."""


class DownloadSignatureRead(Read):
    """What verifies the files of a release: three small files."""

    checksums: str
    """The file ``SHA256SUMS``: a line per file with its SHA-256, two spaces and its name."""
    signature: str
    """The file ``SHA256SUMS.sig``, an Ed25519 signature of ``checksums``, in base64."""
    signing_key: str
    """The file ``signing-key.pem``, the public key that verifies it."""


class DownloadCreate(Body):
    file_id: UUID


class DownloadLinkRead(Read):
    """A link to a file."""

    path: str
    """The address below the installation's URL. Whoever has it can download the file until it expires, and no other."""
    expires_at: datetime
    """In real time. A download that has begun goes on. To resume it later, ask for a new link."""
