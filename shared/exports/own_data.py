"""What each service with exports keeps of them for a person."""

from shared.exports.models import Export
from shared.language import mark
from shared.own_data import OwnRows

EXPORTS = OwnRows(
    Export,
    mark("Lists that you exported within the last day."),
    "id workspace_id list format locale state rows size requested_at finished_at expires_at",
)
