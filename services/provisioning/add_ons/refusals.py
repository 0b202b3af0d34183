from shared.errors import Conflict


class NotAnAddOn(Conflict):
    """The service is no add-on: it stands alone, or came along with another one and ends with that."""

    title = "The service is no add-on"
