"""What refuses work on a service."""

from typing import ClassVar

from shared.errors import PRESENT_STATE, Conflict


class ServiceNotActive(Conflict):
    """The state of the service does not allow this. ``state`` is its current state."""

    title = "Not possible while the service is so"
    members = PRESENT_STATE


class VerbNotOffered(Conflict):
    """The driver of the service's product cannot do this with a service of its kind."""

    title = "Not possible with this service"


class ServiceBusy(Conflict):
    """Something else is being done with the service. ``verb`` says what, ``begun_by_address`` who began it, and
    ``operation_id`` which operation it is."""

    title = "The service is being worked on"
    members: ClassVar = {
        "verb": {"type": "string"},
        "begun_by_address": {"type": ["string", "null"]},
        "operation_id": {"type": "string", "format": "uuid"},
    }


class TooManyOperations(Conflict):
    """Too much was done with the service within an hour. Try again later."""

    title = "Too many operations"


class NotCancellable(Conflict):
    """The operation has ended, or is being undone, or belongs to an order. ``state`` is its current state."""

    title = "The operation cannot be cancelled"
    members = PRESENT_STATE
