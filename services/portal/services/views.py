"""What the pages of services show."""

from dataclasses import dataclass

from services.portal.audit.things import History
from services.portal.clients.billing import Subscription
from services.portal.clients.http import CountedPage
from services.portal.clients.provisioning import Counts, Service
from services.portal.configuration import Property
from services.portal.forms import Form
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class ServiceList(ListPage):
    template = "pages/services/list.html"
    counts: Section[Counts]


@dataclass(frozen=True)
class ServicePage(View):
    template = "pages/services/detail.html"
    service: Service
    subscriptions: Section[CountedPage[Subscription]]
    subscription: Subscription | None
    configuration: list[Property]
    history: History


@dataclass(frozen=True)
class Renaming(View):
    template = "pages/services/rename.html"
    service: Service
    form: Form
