"""The keys of the cookie are rotated while people are signed in."""

import httpx
from cryptography.fernet import Fernet
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from services.portal.browser import COOKIE, Browser, BrowserCookie, Seal, browser_of

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
ORIGIN = "https://portal.larkspur.example"
PAGE = {"Sec-Fetch-Mode": "navigate"}


async def visit(keys: str, cookie: str, headers: dict[str, str]) -> httpx.Response:
    async def who(request: Request) -> PlainTextResponse:
        return PlainTextResponse(browser_of(request).session or "nobody")

    app = BrowserCookie(Starlette(routes=[Route("/", who)]), Seal(SecretStr(keys)))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies={COOKIE: cookie}) as http:
        return await http.get("/", headers=headers)


async def test_a_page_encrypts_the_cookie_anew_so_that_the_old_key_can_go() -> None:
    former = Seal(SecretStr(OLD)).close(Browser(session="of-jonas"))

    page = await visit(f"{NEW},{OLD}", former, PAGE)
    after = await visit(NEW, page.cookies[COOKIE], PAGE)

    assert (page.text, after.text) == ("of-jonas", "of-jonas")
    assert COOKIE not in after.cookies, "it is of the newest key"
    assert (await visit(NEW, former, PAGE)).text == "nobody"


async def test_an_answer_that_may_cross_a_form_does_not_send_the_cookie() -> None:
    former = Seal(SecretStr(OLD)).close(Browser(session="of-jonas"))

    stream = await visit(f"{NEW},{OLD}", former, {"Sec-Fetch-Mode": "cors"})

    assert stream.text == "of-jonas"
    assert COOKIE not in stream.cookies
