"""What refuses to change a release, or to publish it."""

from shared.errors import PRESENT_STATE, Conflict, Invalid, Problem, Unavailable


class ProductNotKnown(Invalid):
    """There is no such product."""

    title = "There is no such product"


class ReleaseVersionTaken(Conflict):
    """Another release of the product has this version."""

    title = "The version is taken"


class ReleaseNotDraft(Conflict):
    """A release changes only while it is a draft. ``state`` is its current state."""

    title = "The release is not a draft"
    members = PRESENT_STATE


class ReleaseNotPublished(Conflict):
    """Only a published release can be withdrawn. ``state`` is its current state."""

    title = "The release is not published"
    members = PRESENT_STATE


class ReleaseNotReady(Conflict):
    """A release is published with at least one file, each with its checksum. Wait until all are checked, and remove
    those that failed."""

    title = "The files are not ready"


class ReleaseFileExists(Conflict):
    """The release has a file of this name. Remove it first."""

    title = "There is a file of this name"


class TooManyReleaseFiles(Conflict):
    """A release has at most 20 files."""

    title = "Too many files"


class FileNotPlaced(Invalid):
    """The store has no such file to choose."""

    title = "The store has no such file"


class StoreUnavailable(Unavailable):
    """The store of downloads does not answer, or cannot keep the file. Nothing was changed."""

    title = "The store does not answer"


class UploadBrokenOff(Problem):
    """The connection ended before the whole file had come. Nothing was kept."""

    title = "The upload broke off"
