from uuid import UUID

from shared.events.identity import Grant
from shared.schemas import Read


class GrantsRead(Read):
    """All that a person holds, at one version of theirs."""  # (D29)

    user_id: UUID
    version: int
    grants: list[Grant]
