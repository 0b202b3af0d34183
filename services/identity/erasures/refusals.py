"""Why an account is not deleted."""

from shared.errors import FIELD_ERRORS, Conflict, Invalid


class SignInFirst(Conflict):
    """What cannot be undone, and downloading all data of a person, need a sign-in that is at most 15 minutes old: it
    proves that the mailbox is the caller's. Sign in again, then ask for it."""

    title = "Sign in again first"


class NotYourAddress(Invalid):
    """The address that was typed to confirm it is not the caller's."""

    title = "This is not your address"
    members = FIELD_ERRORS


class ErasureOpen(Conflict):
    """The caller has asked for it already. It is done when its time has come, or taken back."""

    title = "Your account will be deleted already"
