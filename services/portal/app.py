"""Builds the portal: routers, middleware and what a process holds."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from services.portal import errors, health, pass_through, static_files
from services.portal.access_rules import pages as access_rules
from services.portal.accounts import forms as account_forms
from services.portal.accounts import pages as accounts
from services.portal.all_orders import answering
from services.portal.all_orders import pages as all_orders
from services.portal.appearance import pages as appearance
from services.portal.audit import pages as audit
from services.portal.billing import contact_pages, invoice_pages, method_pages, next_invoice_pages, profile_pages
from services.portal.billing import pages as billing
from services.portal.billing_runs import pages as billing_runs
from services.portal.brand import Brand
from services.portal.branding import pages as branding
from services.portal.browser import BrowserCookie, Seal
from services.portal.clients.sending import NetworkSender, Sender
from services.portal.clients.waiting import Circuit, Seconds
from services.portal.contacts import pages as contacts
from services.portal.credits import pages as credits
from services.portal.customers import invitation_pages as customer_invitations
from services.portal.customers import manage_users
from services.portal.customers import pages as customers
from services.portal.event_documents.documents import read_documents
from services.portal.events import pages as events
from services.portal.exports import pages as exports
from services.portal.failed_orders import pages as failed_orders
from services.portal.failed_work import pages as failed_work
from services.portal.infrastructure import host_pages, site_pages
from services.portal.inlined import Inlined
from services.portal.invitations import pages as invitations
from services.portal.live import Live
from services.portal.localising import LocalisedRequests
from services.portal.mails import pages as mails
from services.portal.me import pages as me
from services.portal.me import workspace_pages
from services.portal.nodes import pages as nodes
from services.portal.orders import approvals, cancellations, changes, suspensions, wizard
from services.portal.orders import pages as orders
from services.portal.page_contexts import PageContexts
from services.portal.partners import pages as partners
from services.portal.portals import pages as portals
from services.portal.previews import pages as previews
from services.portal.products import form_pages as product_forms
from services.portal.products import pages as products
from services.portal.products import plan_pages, transfer_pages
from services.portal.renderer import Renderer
from services.portal.runtime import Runtime, SellerBrands
from services.portal.security import HEADERS, Guard
from services.portal.services import credentials, operations
from services.portal.services import pages as services
from services.portal.services import tabs as service_tabs
from services.portal.sessions import pages as sessions
from services.portal.settings import Settings
from services.portal.sign_in import pages as sign_in
from services.portal.subscriptions import pages as subscriptions
from services.portal.undelivered_mails import pages as undelivered_mails
from services.portal.unprinted_invoices import pages as unprinted_invoices
from services.portal.users import access_request_pages, of_parent_pages
from services.portal.users import pages as users
from services.portal.workspace import pages as workspace
from services.portal.workspace import support
from services.portal.workspace_settings import pages as workspace_settings
from shared import logs
from shared.clock import Clock
from shared.events.identity import BrandChanged, WorkspaceUpdated
from shared.headers import with_headers
from shared.telemetry import tracing
from shared.telemetry.serving import serving_metrics

ROUTERS = [
    health.router,
    static_files.router,
    appearance.router,
    pass_through.router,
    sign_in.router,
    portals.router,
    sessions.router,
    me.router,
    workspace_pages.router,
    invitations.router,
    workspace.router,
    support.router,
    services.router,
    service_tabs.router,
    operations.router,
    credentials.router,
    changes.router,
    cancellations.router,
    suspensions.router,
    nodes.router,
    site_pages.router,
    host_pages.router,
    wizard.router,  # before the orders: their /orders/{order_id} would take /orders/new
    orders.router,
    approvals.router,
    subscriptions.router,
    billing.router,
    invoice_pages.router,
    next_invoice_pages.router,
    contact_pages.router,
    profile_pages.router,
    method_pages.router,
    of_parent_pages.router,  # before the users: their /users/{user_id} would take /users/of-parent
    access_request_pages.router,  # as well
    users.router,
    contacts.router,
    workspace_settings.router,
    branding.router,
    audit.router,
    exports.router,
    customers.router,
    customer_invitations.router,
    manage_users.router,
    access_rules.router,
    account_forms.router,  # before the accounts: their /bill-groups/{group_id} would take /bill-groups/new
    accounts.router,  # after the customers: /customers/{customer_id} would take /customers/new
    credits.router,
    partners.router,
    previews.router,
    billing_runs.router,
    all_orders.router,
    answering.router,
    failed_orders.router,
    failed_work.router,
    unprinted_invoices.router,
    undelivered_mails.router,
    events.router,
    mails.router,
    transfer_pages.router,
    product_forms.router,  # before the products: their /products/{product_key} would take /products/new
    plan_pages.router,
    products.router,
]


def build(
    settings: Settings | None = None,
    sender: Sender | None = None,
    seconds: Seconds = time.monotonic,
) -> FastAPI:
    """The portal. In tests ``sender`` replaces the network to the services, and ``seconds`` the clock of waiting."""
    settings = settings or Settings()
    logs.configure("portal", settings.log_level)
    app = FastAPI(title="portal", lifespan=_lifespan, docs_url=None, redoc_url=None, openapi_url=None,
                  telemetry=tracing.start("portal"))  # fmt: skip
    app.state.static_files = static_files.StaticFiles()
    app.state.runtime = _runtime(settings, app.state.static_files, sender or NetworkSender(), seconds)
    errors.install(app)
    for router in ROUTERS:
        app.router.routes.extend(router.routes)  # include_router would match each path twice
    # Level 4 makes a page a few percent larger than level 9, in a quarter of the time.
    app.add_middleware(GZipMiddleware, minimum_size=800, compresslevel=4)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(LocalisedRequests)
    app.add_middleware(BrowserCookie, seal=Seal(settings.cookie_key.get_secret_value()))
    # Outside of Starlette's own layers, which answer bodies that are too large.
    app.middleware_stack = with_headers(logs.RequestLog(app.build_middleware_stack()), HEADERS, settings.public_url)
    return app


CHANGES_LOOKS = (BrandChanged.name, WorkspaceUpdated.name)
"""Events after which strangers may see a seller otherwise: one that names no brand has its workspace's name."""


def _runtime(
    settings: Settings,
    files: static_files.StaticFiles,
    sender: Sender,
    seconds: Seconds,
) -> Runtime:
    clock = Clock(settings.clock_file if settings.demo else None)
    seller_brands: SellerBrands = OrderedDict()
    brand = Brand(settings.brand_name, settings.brand_color, support_address=settings.support_address)
    return Runtime(
        settings=settings,
        clock=clock,
        sender=sender,
        page_contexts=PageContexts(clock),
        live=Live(settings.rabbitmq_url, dict.fromkeys(CHANGES_LOOKS, seller_brands.clear)),
        brand=brand,
        seller_brands=seller_brands,
        renderer=Renderer(settings, brand, files, clock),
        inlined=Inlined(files),
        documents=read_documents(),
        circuits={service: Circuit(service, seconds) for service in settings.service_urls},
        seconds=seconds,
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    runtime: Runtime = app.state.runtime
    listening = asyncio.create_task(runtime.live.run())
    with serving_metrics(runtime.settings):
        yield
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    await runtime.sender.close()
    await tracing.flush()
