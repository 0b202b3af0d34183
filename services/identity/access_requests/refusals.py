"""Why asking for access, or deciding about it, is refused."""

from shared.errors import PRESENT_STATE, Conflict


class UserAlready(Conflict):
    """The caller is a user of this workspace already. Their role is unchanged."""  # (D16)

    title = "You are a user of this workspace already"


class TooManyAsked(Conflict):
    """A person has a limited number of open requests, and of requests in a day. Withdraw one that is not needed, or try
    again tomorrow."""

    title = "Too many requests for access"


class AccessRequestClosed(Conflict):
    """The request was approved, denied or withdrawn already, or is older than 30 days. The first decision counts."""

    title = "This request is closed"
    members = PRESENT_STATE
