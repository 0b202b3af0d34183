"""What refuses to suspend a service, or to have it work again."""

from shared.errors import Conflict


class NotPausable(Conflict):
    """The plan of the service goes on while the service does not work: it cannot be paused, but suspended."""

    title = "This plan cannot be paused"


class StillOverdue(Conflict):
    """The service is suspended because what is overdue was not paid. It works again by itself as soon as it is."""

    title = "Something is overdue"


class SuspendedWithWhole(Conflict):
    """The service is suspended with the one that it is part of. It works again by itself as soon as that one does."""

    title = "The service that it belongs to is suspended"
