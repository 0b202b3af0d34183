"""The portal alone: its pages over ASGI, with the services of `fake_services` behind it."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import jinja2
import pytest
from fastapi import FastAPI

from services.portal.app import build
from services.portal.browser import COOKIE, Browser
from services.portal.inlined import STYLES_COOKIE
from services.portal.renderer import Renderer
from tests.harness.sending import TransportSender
from tests.portal import samples
from tests.portal.browsing import ORIGIN, SEAL, Visit, settings
from tests.portal.fake_services import FakeServices, Session
from tests.portal.identity_answers import SECRET


@pytest.fixture(scope="session", autouse=True)
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Each test has a portal of its own, which would compile its templates anew. They are compiled for a language."""
    folder, in_language = tmp_path_factory.mktemp("templates"), Renderer._in

    def with_a_cache(renderer: Renderer, language: str) -> jinja2.Environment:
        made = in_language(renderer, language)
        if made.bytecode_cache is None:
            (folder / language).mkdir(exist_ok=True)
            made.bytecode_cache = jinja2.FileSystemBytecodeCache(str(folder / language))
        return made

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Renderer, "_in", with_a_cache)
        yield


@pytest.fixture
def fakes() -> Iterator[FakeServices]:
    made = FakeServices(
        sessions={
            "ana": Session("ana", "meridian", "meridian", workspaces=["meridian"]),
            "tom": Session("tom", "meridian", "meridian", "member", "member", workspaces=["meridian"]),
            "tom-on-behalf": Session("tom", "meridian", "northwind", "regular", "member", workspaces=["meridian"]),
            "tom-support": Session("tom", "meridian", "meridian", "support", "support", workspaces=["meridian"]),
            "jonas": Session("jonas", "northwind", "northwind", workspaces=["northwind"]),
            "mara": Session(**OF_LOCATION, sees_invoices=False),
            "mara-paying": Session(**OF_LOCATION),
            "mei": Session("jonas", "northwind", "northwind", workspaces=["northwind", "halcyon"]),
            "kim": Session("tom", "northwind", "northwind", workspaces=["northwind"], is_holder=False),
            "tomas": Session("tom", "northwind", "northwind", "member", workspaces=["northwind"]),
            "rosa": Session("jonas", "northwind", "northwind", "support", workspaces=["northwind"]),
            "lars": Session("lars", "larkspur", "larkspur", workspaces=["larkspur"]),
            "lars-preview": Session(
                "lars",
                "larkspur",
                "northwind",
                "billing",
                workspaces=["larkspur", "halcyon"],
                preview=samples.preview(),
            ),
            "visitor": Session("lars", "northwind", "northwind", "billing", workspaces=["northwind"]),
            "lars-reading": Session("lars", "larkspur", "larkspur", "read_only", workspaces=["larkspur"]),
            "lars-regular": Session("lars", "larkspur", "larkspur", "regular", workspaces=["larkspur"]),
            "lars-support": Session("lars", "larkspur", "larkspur", "support", workspaces=["larkspur"]),
        }
    )
    yield made
    assert made.drifts == []


OF_LOCATION: dict[str, Any] = {
    "user": "jonas", "home": "northwind", "acting": "northwind", "role": "regular", "workspaces": ["northwind"],
    "is_narrowed": True,
}  # fmt: skip


@pytest.fixture
def portal(fakes: FakeServices) -> FastAPI:
    patient = settings(page_timeout=60, read_timeout=60)  # the first page of a process is slow on a busy machine
    return build(patient, TransportSender(httpx.MockTransport(fakes)))


@pytest.fixture
async def visit(portal: FastAPI) -> AsyncIterator[Visit]:
    """``visit("ana")``: a browser in which Ana is signed in; ``visit()``: one in which nobody is. Either has been here
    before, and has the style sheets."""
    opened: list[httpx.AsyncClient] = []

    def open_browser(session: str | None = None, **headers: str) -> httpx.AsyncClient:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(portal, client=("203.0.113.7", 4000)),
            base_url=ORIGIN,
            headers={"Sec-Fetch-Site": "same-origin"} | headers,
        )
        client.cookies.set(STYLES_COOKIE, portal.state.runtime.inlined.version, domain="portal.larkspur.example")
        if session:
            client.cookies.set(COOKIE, SEAL.close(Browser(session=SECRET + session)), domain="portal.larkspur.example")
        opened.append(client)
        return client

    yield open_browser
    for client in opened:
        await client.aclose()


@pytest.fixture
def staff(visit: Visit) -> httpx.AsyncClient:
    """The browser of an admin of the provider."""
    return visit("lars")
