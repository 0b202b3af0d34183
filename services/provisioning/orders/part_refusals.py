"""What refuses orders of services that are part of another one."""

from shared.errors import Conflict, Invalid


class AddOnOfNothing(Invalid):
    """The product is an add-on: it is ordered for a service that the workspace has."""

    title = "An add-on needs a service"


class AddOnDoesNotFit(Invalid):
    """The product is no add-on to this service."""

    title = "It cannot be added to this service"


class TooManyParts(Conflict):
    """The service has twenty parts already."""

    title = "The service has too many parts"


class BroughtOtherwise(Conflict):
    """What comes along with the product, or its price, is another than was shown."""

    title = "What comes along has changed"


class BroughtNotOrderable(Conflict):
    """Something that comes along with the product cannot be ordered, so that the product cannot be ordered either."""

    title = "What comes along cannot be ordered"


class CancelledWithWhole(Conflict):
    """The service came along with another one and ends with that one alone."""

    title = "It ends with the service that it belongs to"


class PartBusy(Conflict):
    """Something that belongs to the service is being worked on. Try again when that is done."""

    title = "A part of the service is being worked on"
