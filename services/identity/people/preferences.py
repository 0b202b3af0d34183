"""In which language a person reads, and in which time zone."""

from dataclasses import dataclass

from services.identity.people.models import User


@dataclass(frozen=True, slots=True)
class Preferences:
    """A language with its region, and a time zone, each where it is known."""

    locale: str | None = None
    time_zone: str | None = None

    def missing_in(self, user: User) -> dict[str, str | None]:
        """What of this the person has not chosen yet."""
        said = {"locale": self.locale, "time_zone": self.time_zone}
        return {name: value for name, value in said.items() if value and getattr(user, name) is None}


UNKNOWN = Preferences()
