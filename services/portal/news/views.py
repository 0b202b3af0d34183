"""What the pages of news show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.portal.audit.things import History
from services.portal.clients.campaigns import Audience, Campaign
from services.portal.forms import Form
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section
from services.portal.views import View

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class CampaignList(ListPage):
    template = "pages/news/list.html"
    path: str


@dataclass(frozen=True)
class CampaignPage(View):
    template = "pages/news/detail.html"
    campaign: Campaign
    audience: Section[Audience]
    facts: Options
    """Who it is for, by what is said of it."""
    tag: str
    """The language that it is shown in."""
    tags: Mapping[str, str]
    """The languages that it can be shown in, by their names."""
    history: History
    path: str
    list_path: str


@dataclass(frozen=True)
class CampaignForm(View):
    template = "pages/news/form.html"
    title: str
    form: Form
    topics: Options
    workspace_kinds: Options
    sellers: Options
    partners: Options
    languages: Options
    """That readers may have."""
    roles: Options
    path: str
    preview_path: str
    above: tuple[str, str]
    """The address and the title of the page before."""


@dataclass(frozen=True)
class CampaignSending(View):
    """How many it goes to, before it does."""

    template = "pages/news/send.html"
    campaign: Campaign
    audience: Audience
    form: Form
    zone: str
    path: str


@dataclass(frozen=True)
class CampaignStopping(View):
    template = "pages/news/stop.html"
    campaign: Campaign
    path: str


@dataclass(frozen=True)
class CampaignRemoval(View):
    template = "pages/news/remove.html"
    campaign: Campaign
    path: str
