"""What refuses a download."""

from collections.abc import Mapping
from typing import Any, ClassVar

from shared.errors import Conflict, Gone, Problem, Unavailable


class ReleaseLocked(Conflict):
    """The release came out after the maintenance of the licences ended. ``maintenance_ended_on`` is the last day whose
    releases they entitle to. A renewal of the contract unlocks it."""

    title = "Released after your maintenance ended"
    members: ClassVar[Mapping[str, Any]] = {"maintenance_ended_on": {"type": "string", "format": "date"}}


class DownloadLinkOver(Gone):
    """The link was valid for a few minutes, or the release was withdrawn, or it is no link. Ask for a new one."""

    title = "The link is no longer valid"


class RangeNotSatisfiable(Problem):
    """The file ends before the range that was asked for."""

    status = 416
    title = "The file is shorter"

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Range": f"bytes */{self.size}", "Accept-Ranges": "bytes"}

    def __init__(self, detail: str, *, size: int) -> None:
        super().__init__(detail)
        self.size = size


class TooManyDownloads(Unavailable):
    """The process serves as many downloads as it may. ``Retry-After`` says when to try again."""

    title = "Too many downloads at the moment"


class FileUnavailable(Unavailable):
    """The store of downloads does not answer, or lacks the file. ``Retry-After`` says when to try again."""

    title = "The file is not available just now"
