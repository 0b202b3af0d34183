"""What each service keeps of a person, and that the person downloads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.portal.clients.http import Answer, Api


class OwnTable(Answer):
    name: str
    about: str
    rows: list[dict[str, Any]]
    more: bool


class OwnData(Answer):
    tables: list[OwnTable]


class OwnDataDownload(Answer):
    id: UUID
    downloaded_at: datetime


@dataclass(frozen=True)
class Keeping:
    """What every client of a service can do."""

    api: Api

    async def own_data(self, locale: str) -> OwnData:
        """``locale`` is the language of the texts."""
        return await self.api.get_slowly("/own-data", OwnData, locale=locale)


@dataclass(frozen=True)
class OwnDownloads(Keeping):
    """Identity counts the downloads."""

    async def record_own_data_download(self, key: str) -> OwnDataDownload:
        return await self.api.post("/own-data/downloads", OwnDataDownload, key=key)
