"""Why a session is refused."""

from shared.errors import Conflict, Unauthenticated


class SessionOver(Unauthenticated):
    """The session has ended or expired."""

    title = "Your session is over"


class NotAMember(Conflict):
    """You can only switch to a workspace that you belong to."""

    title = "You do not belong to this workspace"


class NoWorkspace(Conflict):
    """The mailbox is proven, but its owner does not belong to any workspace any more."""

    title = "You belong to no workspace"
