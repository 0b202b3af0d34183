"""From where somebody signed in, as identity's sessions and audit's places say it."""

from services.portal.clients.http import Answer
from shared.language.browsers import say_browser


class Place(Answer):
    ip: str | None
    browser: str | None
    """In English."""
    browser_name: str | None = None
    operating_system: str | None = None

    @property
    def browser_words(self) -> str:
        """The browser in the reader's language."""
        return say_browser(self.browser_name, self.operating_system, otherwise=self.browser)
