"""Builds the portal: routers, middleware and what a process holds."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from services.portal import errors, static_files
from services.portal.brand import Brand
from services.portal.browser import BrowserCookie, Seal
from services.portal.clients.sending import NetworkSender, Sender
from services.portal.clients.waiting import Circuit, Seconds
from services.portal.event_documents.documents import read_documents
from services.portal.inlined import Inlined
from services.portal.live import Live
from services.portal.localising import LocalisedRequests
from services.portal.page_contexts import PageContexts
from services.portal.renderer import Renderer
from services.portal.routers import ROUTERS
from services.portal.runtime import Runtime, SellerBrands
from services.portal.security import HEADERS, Guard
from services.portal.settings import Settings
from services.portal.unread import Unread
from shared import logs
from shared.clock import Clock
from shared.events import Envelope
from shared.events.identity import BrandChanged, WorkspaceUpdated
from shared.events.notifications import NoticesChanged
from shared.headers import with_headers
from shared.telemetry import tracing
from shared.telemetry.serving import serving_metrics

AS_THEY_ARE = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream")
"""Downloads, too: they are compressed already, and a part of a file would not be that part any more."""


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
    app.state.end_streams = app.state.runtime.live.end_streams
    errors.install(app)
    for router in ROUTERS:
        app.router.routes.extend(router.routes)  # include_router would match each path twice
    # Level 4 makes a page a few percent larger than level 9, in a quarter of the time.
    app.add_middleware(GZipMiddleware, minimum_size=800, compresslevel=4, exclude_content_types=AS_THEY_ARE)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(LocalisedRequests)
    app.add_middleware(BrowserCookie, seal=Seal(settings.cookie_key))
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
    unread = Unread(seconds)
    hearing: dict[str, Callable[[Envelope], None]] = dict.fromkeys(CHANGES_LOOKS, lambda _: seller_brands.clear())
    hearing[NoticesChanged.name] = lambda event: unread.forget(event.subject.id)
    brand = Brand(settings.brand_name, settings.brand_color, support_address=settings.support_address)
    return Runtime(
        settings=settings,
        clock=clock,
        sender=sender,
        page_contexts=PageContexts(clock),
        live=Live(settings.rabbitmq_url, hearing),
        unread=unread,
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
