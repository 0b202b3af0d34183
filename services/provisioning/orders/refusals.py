"""What refuses an order, of whatever kind."""

from shared.errors import PRESENT_STATE, Conflict, Invalid


class TooManyAtOnce(Invalid):
    """The product does not have as many in one order."""

    title = "Too many in one order"


class TooManySubmitted(Conflict):
    """Sixty orders of the workspace were sent within a day that the provider confirms first. Order again tomorrow."""

    title = "Too many orders for the provider to confirm"


class NotAwaitingAcknowledgement(Conflict):
    """The order does not wait for the provider to confirm it, or not any more. ``state`` is its current state."""

    title = "The order does not wait for the provider"
    members = PRESENT_STATE


class NothingChanges(Conflict):
    """The service is as the change would make it."""

    title = "Nothing would change"


class ServiceEnding(Conflict):
    """The service is cancelled already, for the end of its period. Undo that first."""

    title = "The service is cancelled"


class CancellationNotScheduled(Conflict):
    """The order does not cancel a service on a day to come, or not any more. ``state`` is its current state."""

    title = "There is no cancellation to undo"
    members = PRESENT_STATE
