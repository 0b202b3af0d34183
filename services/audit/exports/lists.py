"""The log, which can be exported."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator
from pydantic_core import PydanticCustomError

from services.audit.entries.listing import Wanted
from services.audit.entries.reading import page_of_entries
from shared.events.audit import ArchiveDownloaded, ArchiveRequested, ExportDownloaded, ExportMade
from shared.exports import ArchiveFile, Asked, Column, ExportList, Exports, Page
from shared.language import mark
from shared.schemas import Body


class EntryFilters(Body):
    """As in the query of the list."""

    action: Annotated[str | None, Field(max_length=100)] = None
    actor: Annotated[str | None, Field(max_length=254)] = None
    actor_id: UUID | None = None
    via: Literal["on_behalf"] | None = None
    subject_id: UUID | None = None
    correlation_id: UUID | None = None
    since: Annotated[AwareDatetime | None, Field(alias="from")] = None
    until: Annotated[AwareDatetime | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _alone(self) -> "EntryFilters":
        if self.wanted(None).excludes_each_other:
            raise PydanticCustomError("does_not_fit", "subject_id and correlation_id go with no filter but from and to")
        return self

    def wanted(self, own_id: UUID | None) -> Wanted:
        return Wanted(own_id, self.actor, self.actor_id, self.action, self.since, self.until, self.via is not None,
                      self.subject_id, self.correlation_id)  # fmt: skip


async def entries(asked: Asked[EntryFilters], cursor: str | None, limit: int) -> Page:
    access = asked.reads.access
    wanted = asked.filters.wanted(None if access.level == "all" else access.user_id)
    return await page_of_entries(asked.reads, asked.settings.seal_key, wanted, cursor, limit)


ENTRIES = ExportList(
    "entries",
    "audit.view",
    EntryFilters,
    (
        Column(mark("Entry"), "id"),
        Column(mark("Number in the chain"), "seq"),
        Column(mark("When"), "at"),
        Column(mark("Who"), "actor.address"),
        Column(mark("Name"), "actor.display_name"),
        Column(mark("Via"), "actor.via"),
        Column(mark("Action"), "action"),
        Column(mark("Object"), "subject.type"),
        Column(mark("Object id"), "subject.id"),
        Column(mark("Details"), "details"),
        Column(mark("Names"), "names"),
        Column(mark("Hidden"), "hidden"),
    ),
    entries,
    own=True,
    archived=(ArchiveFile("entries", mark("The audit log: who did what, and when.")),),
)
EXPORTS = Exports("audit", (ENTRIES,), ExportMade, ExportDownloaded, ArchiveRequested, ArchiveDownloaded)
