"""Child processes, and what a launcher remembers between starts."""

import socket
import sys
from pathlib import Path

import pytest

from deploy.local import state_file
from deploy.local.processes import CouldNotStart, free_port, spawn, wait_until
from deploy.local.state_file import StateFile


def test_a_second_start_uses_another_port_if_the_old_one_is_taken(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    first = StateFile(state).port("postgres_port")

    with socket.create_server(("127.0.0.1", first)):
        second = StateFile(state).port("postgres_port")

    assert second != first
    assert StateFile(state).port("postgres_port") == second


def test_two_servers_have_two_ports_though_neither_listens_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offered = iter([20_001, 20_001, 20_002])
    monkeypatch.setattr(state_file, "free_port", lambda: next(offered))
    monkeypatch.setattr(state_file, "is_free", lambda port: True)
    state = StateFile(tmp_path / "state.json")

    assert (state.port("postgres_port"), state.port("management_port")) == (20_001, 20_002)


def test_ports_are_none_that_outgoing_connections_get() -> None:
    assert {port for port in (free_port() for _ in range(50)) if not 15_000 <= port < 32_768} == set()


def test_a_server_that_cannot_start_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('the disk is full')"]

    child = spawn("PostgreSQL", command, tmp_path / "log")

    with pytest.raises(CouldNotStart, match=r"PostgreSQL ended with 1; (.|\n)*the disk is full"):
        wait_until(child, lambda: False, seconds=20)
