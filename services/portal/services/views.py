"""What the pages of services show."""

from dataclasses import dataclass

from services.portal.audit.things import History
from services.portal.clients.billing import Subscription
from services.portal.clients.http import CountedPage, Page
from services.portal.clients.operations import Operation, OperationOutput, OperationSummary
from services.portal.clients.provisioning import Counts, Service, ServiceDetail
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
    service: ServiceDetail
    operations: Section[Page[OperationSummary]]
    """The newest work on it."""
    subscriptions: Section[CountedPage[Subscription]]
    subscription: Subscription | None
    configuration: list[Property]
    history: History
    form: Form
    """With the key of what is begun here."""


@dataclass(frozen=True)
class OperationList(View):
    template = "pages/services/operations.html"
    service: Service
    operations: Page[OperationSummary]
    cursor: str


@dataclass(frozen=True)
class Restarting(View):
    template = "pages/services/restart.html"
    service: Service
    form: Form


@dataclass(frozen=True)
class OperationProgress(View):
    template = "partials/services/operation.html"
    operation: Operation
    output: Section[OperationOutput] | None
    """What it has read; None where there is nothing."""


@dataclass(frozen=True)
class OperationPage(OperationProgress):
    template = "pages/services/operation.html"


@dataclass(frozen=True)
class Renaming(View):
    template = "pages/services/rename.html"
    service: Service
    form: Form


@dataclass(frozen=True)
class Labelling(View):
    template = "pages/services/labels.html"
    service: Service
    form: Form
