"""The objects that live as long as a portal process. `app.build` makes them; handlers get them from the request."""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from uuid import UUID

from fastapi import Request

from services.portal.brand import Brand
from services.portal.clients import Api, Services
from services.portal.clients.http import Caller
from services.portal.clients.sending import Sender
from services.portal.clients.waiting import Circuit, Deadline, Seconds
from services.portal.event_documents.documents import Documents
from services.portal.inlined import Inlined
from services.portal.live import Live
from services.portal.page_contexts import PageContexts
from services.portal.product_fields import ProductFields
from services.portal.renderer import Renderer
from services.portal.settings import Settings
from services.portal.unread import Unread
from shared.clock import Clock

SellerBrands = OrderedDict[UUID | None, tuple[float, Brand]]
"""Brands that strangers were shown and when each was read, by the sign-in challenge that leads to their customer;
without one, the provider's."""


@dataclass(frozen=True)
class Runtime:
    settings: Settings
    clock: Clock
    sender: Sender
    page_contexts: PageContexts
    live: Live
    brand: Brand
    """As the settings say."""
    seller_brands: SellerBrands
    unread: Unread
    renderer: Renderer
    inlined: Inlined
    documents: Documents
    circuits: dict[str, Circuit]
    """By service."""
    seconds: Seconds
    """The clock of deadlines and circuits."""
    product_fields: ProductFields = field(default_factory=ProductFields)


def runtime_of(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


def services_for(request: Request, token: str | None = None) -> Services:
    """Clients of the services with the request's correlation id; without a token the calls are anonymous. All clients
    of a request have one deadline."""
    runtime = runtime_of(request)
    settings = runtime.settings
    caller = replace(getattr(request.state, "caller", None) or begin_deadline(request), token=token)

    def api(service: str) -> Api:
        return Api(service, settings.service_urls[service], runtime.sender, runtime.circuits[service],
                   settings.read_timeout, settings.write_timeout, caller)  # fmt: skip

    return Services.of(api)


def begin_deadline(request: Request) -> Caller:
    """A caller with a deadline from now on: for a request's first call, and for each new state of a stream, whose
    request lasts."""
    runtime = runtime_of(request)
    limit = runtime.settings.page_timeout if request.method in ("GET", "HEAD") else runtime.settings.write_timeout
    caller = Caller(request.state.correlation_id, client_address(request), request.headers.get("user-agent", ""),
                    Deadline.within(limit, runtime.seconds))  # fmt: skip
    request.state.caller = caller
    return caller


def client_address(request: Request) -> str:
    """The browser's IP address as trusted proxies report it: identity limits sign-in attempts by it. A proxy may report
    anything, so what is no address is not passed on."""
    host = request.client.host if request.client else ""
    try:
        return str(ip_address(host))
    except ValueError:
        return "unknown"
