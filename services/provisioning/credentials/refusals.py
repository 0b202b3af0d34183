"""What refuses to show new credentials."""

from shared.errors import PRESENT_STATE, Conflict, Forbidden, Gone


class OthersCredentials(Forbidden):
    """Only whoever began the reset can be shown the new credentials. Reset them again to get your own."""

    title = "Somebody else has reset the credentials"


class CredentialsNotReady(Conflict):
    """The operation has not ended, or did not succeed. ``state`` is its current state."""

    title = "There are no new credentials yet"
    members = PRESENT_STATE


class CredentialsShownAlready(Gone):
    """The new credentials were shown already, and are kept nowhere. Reset them again if they are lost."""

    title = "The credentials were shown already"


class CredentialsOver(Gone):
    """Nobody looked at the new credentials within an hour, so that they were deleted. Reset them again."""

    title = "The credentials were deleted"


class CredentialsUnreadable(Gone):
    """The new credentials were encrypted with a key that is not in use any more. Reset them again."""

    title = "The credentials cannot be read any more"
