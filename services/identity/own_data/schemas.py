from datetime import datetime
from uuid import UUID

from shared.schemas import Read


class OwnDataDownloadRead(Read):
    """That the caller downloads all of their data."""

    id: UUID
    downloaded_at: datetime
    """In real time."""
