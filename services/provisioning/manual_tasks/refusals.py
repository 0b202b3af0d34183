"""What refuses to plan or to end a task."""

from shared.errors import PRESENT_STATE, Conflict, Invalid


class TaskNotOpen(Conflict):
    """Somebody has ended the task already, or its work ended without it. ``state`` is its current state."""

    title = "The task is not open any more"
    members = PRESENT_STATE


class TaskNotGivenUp(Conflict):
    """What is cancelled has to be collected or taken down: the customer does not keep it."""

    title = "This cannot be given up"


class PlannedOtherwise(Invalid):
    """A plan is for a day from today on, and within a year."""

    title = "The day cannot be chosen"
