"""A new installation without a mail server: its first admin comes in all the same, and its processes have nothing to
complain of."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
import pytest
from typer.testing import CliRunner

from deploy.cli.main import app
from deploy.local.processes import CouldNotStart
from deploy.local.stack import PROCESSES, Stack
from deploy.waiting import eventually
from tests.harness.installation import Installation, installation, start

ROBIN = "robin@larkspur.example"
INIT = (
    "init",
    "--provider",
    "Larkspur Cloud",
    "--slug",
    "larkspur",
    "--admin",
    ROBIN,
    "--admin-name",
    "Robin Larkspur",
)


@pytest.fixture(scope="module")
async def installed() -> AsyncIterator[Installation]:
    """Five services and the portal, nobody in them, and nowhere to send a mail."""

    def bring_up(stack: Stack) -> None:
        start(stack, PROCESSES)

    async with installation(bring_up) as found:
        yield found


@dataclass
class Browser:
    """Like a person's, which has never been here. It sends the session's cookie over http, too: to localhost browsers
    do so, and httpx does not."""

    http: httpx.AsyncClient
    cookie: str = ""

    async def open(self, link: str) -> httpx.Response:
        return await self._send("GET", link)

    async def press(self, link: str, **fields: str) -> httpx.Response:
        """The button behind the link."""
        return await self._send("POST", "/sign-in/verify", dict(httpx.URL(link).params) | fields)

    async def _send(self, method: str, url: str, form: dict[str, str] | None = None) -> httpx.Response:
        headers = {"Cookie": self.cookie, "Origin": str(self.http.base_url)}
        answer = await self.http.request(method, url, data=form, headers=headers)
        self.cookie = answer.headers.get("set-cookie", self.cookie).partition(";")[0]
        return await self._send("GET", answer.headers["location"]) if answer.is_redirect else answer


@pytest.fixture
async def browser(installed: Installation) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(base_url=installed.stack.url("portal"), timeout=30) as http:
        yield Browser(http)


def proof(said: str) -> tuple[str, str]:
    """The link and the code that a command printed."""
    [link] = re.findall(r"Link: (\S+)", said)
    [code] = re.findall(r"Code: (\d{6})\b", said)
    return link, code


async def printed(installed: Installation) -> str:
    """What `portico init` says, or, where it has been run, `portico sign-in-link`."""
    said = await installed.portico(*INIT)
    return said if "Link:" in said else await installed.portico("sign-in-link", ROBIN)


async def test_link_and_code_that_init_prints_sign_the_first_admin_in_once(
    installed: Installation, browser: Browser
) -> None:
    said = await installed.portico(*INIT)
    link, code = proof(said)
    assert "within 10 minutes" in said

    page = await browser.open(link)
    without_code = await browser.press(link)
    inside = await browser.press(link, code=code)
    again = await browser.press(link, code=code)

    assert page.status_code == 200
    assert "Enter the code as well" in without_code.text
    assert inside.url.path == "/w/larkspur/"
    assert "Robin Larkspur" in inside.text
    assert "This link cannot be used any more" in again.text
    assert "nothing was changed" in await installed.portico(*INIT)


async def test_a_printed_link_dies_after_its_time(installed: Installation, browser: Browser) -> None:
    await printed(installed)
    said = await installed.portico("sign-in-link", ROBIN)
    link, code = proof(said)
    async with installed.database("identity") as database:
        lives = await database.fetchval(
            "UPDATE sign_in_challenges SET expires_at = now() WHERE id = $1 RETURNING expires_at - created_at",
            httpx.URL(link).params["c"],
        )
    assert lives.total_seconds() < 600

    answer = await browser.press(link, code=code)

    assert "This link cannot be used any more" in answer.text
    assert '"sign_in.link_printed"' in said, "the log says that it was done"


async def test_nobody_but_an_admin_of_the_provider_gets_a_link(installed: Installation) -> None:
    with pytest.raises(CouldNotStart, match=r"nobody@nowhere\.example is no admin of the provider"):
        await installed.portico("sign-in-link", "nobody@nowhere.example")


def test_a_worker_without_a_broker_does_not_start_and_says_what_is_missing(
    installed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in installed.stack.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("BILLING_RABBITMQ_URL")

    done = CliRunner().invoke(app, ["--env-file", "/nowhere", "serve", "billing", "--worker"])

    assert done.exit_code == 2
    assert "BILLING_RABBITMQ_URL is not set" in done.output


def test_an_installation_begins_only_in_a_language_that_texts_exist_in() -> None:
    done = CliRunner().invoke(app, ["--env-file", "/nowhere", *INIT, "--locale", "fr-FR"])

    assert done.exit_code == 2
    assert "There is no language fr-FR" in done.output


async def test_a_normal_start_and_a_normal_stop_leave_no_warning_and_no_traceback(installed: Installation) -> None:
    await printed(installed)
    await eventually(lambda: reads_every_queue(installed), "every queue is read")

    installed.stack.stop()

    for name in PROCESSES:
        text = (installed.stack.directory / "log" / f"{name}.log").read_text()
        assert "Traceback" not in text, text
        assert [line for line in map(read, text.splitlines()) if line["level"] not in ("debug", "info")] == []
        assert "service" in read(text.splitlines()[0])


async def reads_every_queue(installed: Installation) -> bool:
    async with httpx.AsyncClient(timeout=5) as http:
        answers = [await http.get(f"{installed.stack.url(name)}/healthz") for name in PROCESSES]
    return all(answer.status_code == 200 and "not_consumed" not in answer.json() for answer in answers)


def read(line: str) -> dict[str, Any]:
    """A line of the log; what is none is not quiet either."""
    try:
        found: dict[str, Any] = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {"level": "no level", "line": line}
    return found
