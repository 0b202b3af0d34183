"""`portico clock`: business time can be moved in a demo only."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.main import app
from shared.clock import Clock


def portico(*arguments: str) -> str:
    return CliRunner().invoke(app, ["--env-file", "/nowhere", *arguments]).output


def test_business_time_is_advanced_and_reset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "clock.json"
    monkeypatch.setenv("PORTICO_DEMO", "1")
    monkeypatch.setenv("PORTICO_CLOCK_FILE", str(file))
    clock = Clock(file)

    moved = portico("clock", "advance", "15d")
    portico("clock", "advance", "36h")

    assert "15 days ahead" in moved
    assert clock.offset() == timedelta(days=16, hours=12)
    assert clock.now() - datetime.now(UTC) > timedelta(days=16)
    portico("clock", "reset")
    assert clock.offset() == timedelta(0)


def test_business_time_cannot_be_moved_outside_a_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_DEMO", "0")
    monkeypatch.setenv("PORTICO_CLOCK_FILE", str(tmp_path / "clock.json"))

    answer = portico("clock", "advance", "15d")

    assert "in a demo only" in answer
    assert not (tmp_path / "clock.json").exists()
