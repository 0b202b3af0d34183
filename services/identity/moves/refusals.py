"""Why a move is not proposed, or not made."""

from shared.errors import PRESENT_STATE, Conflict


class MoveProposedAlready(Conflict):
    """A move of this customer is proposed already. Withdraw it first, to propose another one."""

    title = "A move is proposed already"


class NobodyToConsent(Conflict):
    """Nobody of the customer has signed up yet, so that nobody could consent. Invite somebody first."""

    title = "Nobody could consent"


class SuspendedCustomer(Conflict):
    """The customer is suspended. It moves to nobody before the suspension has ended."""

    title = "This customer is suspended"


class NoSellerForIt(Conflict):
    """The company cannot take the customer: it sells to it already, is suspended or being closed, or nobody has
    signed up there."""

    title = "This company cannot take the customer"


class MoveClosed(Conflict):
    """The proposed move was answered, withdrawn, or nobody answered it in 14 days. The first answer counts."""

    title = "This move is not open any more"
    members = PRESENT_STATE


class OnlyTheCustomer(Conflict):
    """Only the customer's own admins see and answer a proposed move, not who works there on behalf of it."""

    title = "Only for the customer's own admins"
