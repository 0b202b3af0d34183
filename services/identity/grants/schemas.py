from uuid import UUID

from shared.events.grants import Grant
from shared.schemas import Read


class GrantsRead(Read):
    """All grants of a person at one version."""  # (D29)

    user_id: UUID
    version: int
    grants: list[Grant]
