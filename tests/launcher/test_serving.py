"""A process leaves slowly, so that nobody notices, and ends itself when it hangs."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from deploy.environment import ROOT
from deploy.local.processes import ChildProcess, free_port, spawn
from deploy.serving.options import NotSeconds, seconds_of
from deploy.waiting import eventually

APPLICATION = """
import asyncio, sys, time
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from deploy.serving.server import serve
from services.portal.health import router
from services.portal.live import Live, Drawing

app, live, parts = FastAPI(), Live(None), {"alive": True}
app.include_router(router)
app.state.static_files = type("Files", (), {"complete": True})()
app.state.end_streams = live.end_streams

@app.get("/slow")
async def slow(): await asyncio.sleep(1.5); return "done"

@app.get("/busy")
async def busy(): time.sleep(0.5); return "done"

@app.get("/hang")
async def hang(): time.sleep(600)

@app.get("/lose-a-part")
async def lose(): parts["alive"] = False

@app.get("/stream")
async def stream():
    async def draw(): return Drawing("<p>shown</p>")
    return live.stream("somebody", draw)

serve("portal", app, {"host": "127.0.0.1", "port": int(sys.argv[1]), "log_config": None}, lambda: parts["alive"])
"""


@asynccontextmanager
async def running(folder: Path, **settings: str) -> AsyncIterator[tuple[ChildProcess, httpx.AsyncClient]]:
    port = free_port()
    child = spawn("application", [sys.executable, "-c", APPLICATION, str(port)], folder / "log",
                  os.environ | settings, cwd=ROOT)  # fmt: skip
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as http:
            await eventually(lambda: ready(http), seconds=30)
            yield child, http
    finally:
        child.kill()


async def ready(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/readyz")).status_code == 200
    except httpx.TransportError:
        return False


async def unready(http: httpx.AsyncClient) -> bool:
    return (await http.get("/readyz")).status_code == 503


def ended(child: ChildProcess) -> Callable[[], bool]:
    return lambda: not child.running


async def test_after_sigterm_it_is_not_ready_but_serves_until_the_gateway_has_noticed(tmp_path: Path) -> None:
    async with running(tmp_path, PORTICO_LEAVING_SECONDS="3") as (child, http):
        child.ask_to_stop()

        await eventually(lambda: unready(http), "it says that it leaves", seconds=2)
        assert (await http.get("/slow")).json() == "done"
        assert child.running
        await eventually(ended(child), seconds=10)

        assert child.process.returncode == -signal.SIGTERM, "as a process that was asked to end"


async def test_what_is_under_way_is_finished_and_open_streams_do_not_hold_it(tmp_path: Path) -> None:
    async with running(tmp_path) as (child, http), http.stream("GET", "/stream") as stream:
        pieces = stream.aiter_text()
        assert "shown" in await anext(pieces)
        slow = asyncio.create_task(http.get("/slow"))
        await asyncio.sleep(0.3)  # it is under way

        child.ask_to_stop()

        assert (await slow).json() == "done"
        assert [piece async for piece in pieces if "shown" in piece] == [], "the stream ends as one that is over"
        await eventually(ended(child), seconds=10)


async def test_a_process_whose_loop_stands_still_says_where_and_ends(tmp_path: Path) -> None:
    async with running(tmp_path, PORTAL_HUNG_SECONDS="2") as (child, http):
        with pytest.raises(httpx.TransportError):
            await http.get("/hang")
        await eventually(ended(child), seconds=10)

        assert child.process.returncode == 1
        assert "in hang" in child.log.read_text()


async def test_a_process_that_is_busy_for_less_than_the_limit_goes_on(tmp_path: Path) -> None:
    async with running(tmp_path, PORTICO_HUNG_SECONDS="5") as (child, http):
        # Longer than the limit in all, and each far shorter: the loop may be at work twice between two ticks.
        for _ in range(12):
            assert (await http.get("/busy")).json() == "done"

        assert child.running


async def test_a_process_that_lost_a_part_ends_with_an_error(tmp_path: Path) -> None:
    async with running(tmp_path) as (child, http):
        await http.get("/lose-a-part")

        await eventually(ended(child), seconds=25)

        assert child.process.returncode == 1
        assert "process.not_alive" in child.log.read_text()


@pytest.mark.parametrize("given", ["-1", "soon", "nan", "1e9"])
def test_a_wrong_duration_is_one_line_and_not_a_traceback(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_HUNG_SECONDS", given)

    with pytest.raises(NotSeconds, match="HUNG_SECONDS is"):
        seconds_of("billing", "HUNG_SECONDS", 30)


def test_an_own_duration_counts_more_than_the_one_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_LEAVING_SECONDS", "4")
    monkeypatch.setenv("AUDIT_LEAVING_SECONDS", "0")

    assert seconds_of("audit", "LEAVING_SECONDS", 1) == 0
    assert seconds_of("billing", "LEAVING_SECONDS", 1) == 4
