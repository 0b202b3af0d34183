"""What the page of one's own settings shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from services.portal.choices import Group
from services.portal.clients.access_requests import Asked, Membership
from services.portal.clients.campaigns import News
from services.portal.clients.erasures import OwnErasure
from services.portal.clients.http import Page
from services.portal.clients.notices import OwnMail, OwnSuppression, Preference
from services.portal.clients.own_accounts import Money
from services.portal.forms import Form
from services.portal.me.accounts import Account, Total
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class FormatsPreview(View):
    template = "partials/me/preview.html"
    examples: Sequence[tuple[str, str]]
    """What is written, and how it is with the chosen language and time zone."""


@dataclass(frozen=True)
class MePage(FormatsPreview):
    template = "pages/me/form.html"
    form: Form
    languages: Sequence[Group]
    time_zones: Sequence[Group]


@dataclass(frozen=True)
class OwnWorkspaces(View):
    template = "pages/me/workspaces.html"
    workspaces: Section[list[Membership]]
    asked: Section[list[Asked]]
    form: Form
    """To ask for access."""
    several: bool
    """Whether there is a choice of where signing in leads (K28)."""


@dataclass(frozen=True)
class LeaveWorkspace(View):
    """Whether to leave a workspace."""

    template = "pages/me/leave.html"
    membership: Membership
    only_one: bool
    """Whether the person has no other."""


@dataclass(frozen=True)
class OwnDataPage(View):
    """What is kept of the person, and whether their account is to be deleted."""

    template = "pages/me/data.html"
    own: Section[OwnErasure]
    form: Form
    """To confirm the deletion."""


@dataclass(frozen=True)
class OwnAccounts(View):
    """What all accounts of the reader need: something to do, to pay, to renew."""

    template = "pages/me/accounts.html"
    memberships: Section[list[Membership]]
    waiting: Sequence[Section[list[Any]]]
    """What identity and provisioning say. Where one is down, the page says so."""
    money: Section[list[Money]]
    accounts: Sequence[Account]
    totals: Sequence[Total]


@dataclass(frozen=True)
class TopicGroup:
    """What topics are listed under."""

    id: str
    title: str
    topics: Sequence[Preference]

    @property
    def reason(self) -> str | None:
        """Why some are always mailed."""
        return next((topic.reason for topic in self.topics if topic.reason), None)


@dataclass(frozen=True)
class NotificationsPage(View):
    """A switch per topic and channel."""

    template = "pages/me/notifications.html"
    groups: Section[list[TopicGroup]]
    returned: Section[OwnSuppression]
    """Whether mails to the person come back."""


@dataclass(frozen=True)
class SavedPart(View):
    """Says that one switch is saved."""

    template = "partials/me/saved.html"
    wanted: bool


@dataclass(frozen=True)
class NewsPage(View):
    """News that the person was sent."""

    template = "pages/me/news.html"
    news: News
    text: Markup
    """Its HTML, which the service has made of what staff wrote."""


@dataclass(frozen=True)
class OwnMailsPage(View):
    """What was mailed to the person, and what became of it."""

    template = "pages/me/mails.html"
    mails: Section[Page[OwnMail]]
    reasons: Mapping[str, str]
    """Why a mail was not sent, by its code."""
    otherwise: str
    """Why, if the code is not known."""
    returned: Section[OwnSuppression]
    """Whether mails to the person come back."""
