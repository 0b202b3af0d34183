"""Why a holder is not replaced, or not removed."""

from shared.errors import PRESENT_STATE, Conflict


class HolderStays(Conflict):
    """A holder of the account cannot be removed, get another role or leave before somebody else has the slot; nor can
    a former holder while they can still undo their replacement."""

    title = "This person is a holder of the account"


class NotAUserHere(Conflict):
    """Only a user of the workspace can become its holder. Invite the person first."""

    title = "Not a user of this workspace"


class IsAHolder(Conflict):
    """The person is a holder of this account already. The two holders are two people."""

    title = "A holder of this account already"


class HolderChangeOpen(Conflict):
    """Somebody else is asked already whether to take this slot. Withdraw that first."""

    title = "A change of this holder is open"


class TooManyHolderChanges(Conflict):
    """Too many changes of this workspace's holders were proposed within a day. Each of them writes to several
    people."""

    title = "Too many changes today"


class HolderChangeClosed(Conflict):
    """The change was answered or taken back, its time is over, or it waits for somebody else."""

    title = "This change cannot be answered any more"
    members = PRESENT_STATE


class NeedsAnother(Conflict):
    """Two people of the provider's staff change a holder together. Somebody else has to agree."""

    title = "Somebody else has to agree"


class NobodyHolds(Conflict):
    """Nobody has signed up for the workspace yet. The person who signs up first becomes its primary holder."""

    title = "Nobody has signed up"
