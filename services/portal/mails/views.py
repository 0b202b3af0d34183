"""What the pages of mails show."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.clients.notifications import MailSample, MailSampleSummary
from services.portal.views import View


@dataclass(frozen=True)
class MailList(View):
    template = "pages/mails/list.html"
    mails: list[MailSampleSummary]
    policies: Mapping[str, str]
    """When each is sent, in words."""


@dataclass(frozen=True)
class MailPage(View):
    template = "pages/mails/mail.html"
    mail: MailSample
    described: MailSampleSummary
    """The same in the reader's language."""
    tag: str
    """The language that the mail is in."""
    tags: Mapping[str, str]
    """The languages that it can be shown in, by their names."""
    facts: str
    """Its made-up data, as JSON."""
    policies: Mapping[str, str]
