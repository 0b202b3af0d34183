from services.identity.names import DisplayName
from services.identity.people.schemas import PersonRead, PreferencesRead
from shared.language.fields import Locale, TimeZone
from shared.schemas import Body


class MeRead(PersonRead, PreferencesRead):
    """The caller, whatever workspace they act in."""

    shortcuts: bool
    """Whether keys of one letter do something on pages."""


class MeUpdate(Body):
    """What changes. What is left out stays as it is."""

    display_name: DisplayName | None = None
    """The name from now on. Null, it stays as it is, too."""
    locale: Locale | None = None
    """The language from now on, with its region. Null: as the browser says."""
    time_zone: TimeZone | None = None
    """The time zone from now on. Null: as the browser says."""
    shortcuts: bool | None = None
    """Whether keys of one letter do something on pages. Null, it stays as it is."""
