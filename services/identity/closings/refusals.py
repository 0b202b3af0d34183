"""Why an account is not closed, or not kept."""

from shared.errors import FIELD_ERRORS, Conflict, Invalid


class NotTheAccountNumber(Invalid):
    """The account number that was typed to confirm it is not that of the workspace."""

    title = "This is not the account number"
    members = FIELD_ERRORS


class NotClosing(Conflict):
    """Nobody has asked for the account to be closed; or a holder has kept it, or it is closed already."""

    title = "This account is not being closed"
