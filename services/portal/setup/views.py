"""What the pages of setting up show."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.clients.mail_tests import MailSetup
from services.portal.setup.mail_words import Outcome
from services.portal.setup.steps import SetupStep
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class SetupPage(View):
    template = "pages/setup/page.html"
    steps: Sequence[SetupStep]
    is_over: bool
    """Whether all is done."""
    mail: Section[MailSetup]
    outcome: Outcome | None
    """Of the newest test mail; None before the first."""
    path: str


@dataclass(frozen=True)
class MailState(View):
    template = "partials/setup/mail.html"
    mail: Section[MailSetup]
    outcome: Outcome | None
    path: str
