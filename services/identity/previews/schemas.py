from uuid import UUID

from shared.schemas import Body


class PreviewStart(Body):
    """Of which bill group of which customer."""

    workspace_id: UUID
    bill_group_id: UUID
