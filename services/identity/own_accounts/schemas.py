from uuid import UUID

from shared.schemas import Read


class OwnAccountRead(Read):
    """What waits for the caller in one workspace that they are a user of."""

    workspace_id: UUID
    access_requests: int | None
    """How many people ask for access, at most 101; null where the caller does not decide that."""
    holders_check_due: bool
    """Whether the caller is a holder of the account and has to say whether its two holders are still right."""
    suspended: bool
    """Whether the workspace is suspended: its people can read, and pay what is open."""
