"""What the pages of services show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.portal.audit.telling import Told
from services.portal.audit.things import History
from services.portal.clients.audit import Entry
from services.portal.clients.billing import BillGroup, Subscription
from services.portal.clients.credentials import Credential, CredentialsState
from services.portal.clients.http import CountedPage, Page
from services.portal.clients.identity import Member
from services.portal.clients.licences import LicenceDetail
from services.portal.clients.links import PersonOfParent
from services.portal.clients.operations import Operation, OperationOutput, OperationSummary
from services.portal.clients.provisioning import Counts, Service, ServiceDetail
from services.portal.configuration import Property
from services.portal.forms import Form
from services.portal.services.parts import PartsOfService
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class ServiceList(ListPage):
    template = "pages/services/list.html"
    counts: Section[Counts]


@dataclass(frozen=True)
class ServiceTab(View):
    """A page about one service: its title, what can be done with it, and one of the tabs."""

    service: ServiceDetail
    form: Form
    """With the key of what is begun here."""
    tab: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class ServicePage(ServiceTab):
    template = "pages/services/detail.html"
    tab: str = field(default="summary", kw_only=True)
    operations: Section[Page[OperationSummary]]
    """The newest work on it."""
    subscriptions: Section[CountedPage[Subscription]]
    subscription: Subscription | None
    configuration: list[Property]
    parts: PartsOfService
    licence: Section[LicenceDetail] | None
    """None: it needs none."""
    history: History


@dataclass(frozen=True)
class ServiceSubscription(ServiceTab):
    template = "pages/services/subscription.html"
    tab: str = field(default="subscription", kw_only=True)
    subscriptions: Section[CountedPage[Subscription]]
    subscription: Subscription | None
    """None: nothing is billed for it."""
    payer: BillGroup | None
    """Who pays; None where that is not known just now."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Of the fields that are charged for, by name, as far as they are known."""


@dataclass(frozen=True)
class ServiceActivity(ServiceTab):
    template = "pages/services/activity.html"
    tab: str = field(default="activity", kw_only=True)
    entries: Section[Page[Entry]]
    told: Sequence[Told]
    own_only: bool
    cursor: str
    log_path: str
    """Where the log has the same entries, with filters."""


@dataclass(frozen=True)
class RoleHere:
    """What a role may do with a service, and who has it."""

    role: str
    may: Sequence[str]
    people: Sequence[Member]
    of_parent: Sequence[PersonOfParent]


@dataclass(frozen=True)
class ServiceAccess(ServiceTab):
    template = "pages/services/access.html"
    tab: str = field(default="access", kw_only=True)
    members: Section[CountedPage[Member]]
    of_parent: Section[list[PersonOfParent]]
    roles: Sequence[RoleHere]


@dataclass(frozen=True)
class OperationList(ServiceTab):
    template = "pages/services/operations.html"
    tab: str = field(default="work", kw_only=True)
    operations: Page[OperationSummary]
    cursor: str


@dataclass(frozen=True)
class Restarting(View):
    template = "pages/services/restart.html"
    service: Service
    form: Form


@dataclass(frozen=True)
class ResettingCredentials(View):
    template = "pages/services/reset_credentials.html"
    service: Service
    form: Form


@dataclass(frozen=True)
class NewCredentialsPage(View):
    """What became of new credentials, without them."""

    template = "pages/services/credentials.html"
    service: Service
    operation_id: UUID
    credentials: CredentialsState


@dataclass(frozen=True)
class ShownCredentials(View):
    template = "pages/services/shown_credentials.html"
    service: Service
    credentials: Sequence[Credential]


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
