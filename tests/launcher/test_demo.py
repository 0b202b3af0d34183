"""`make demo`, as far as it goes without starting anything."""

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

from deploy.environment import ROOT


def start_demo(directory: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deploy.local.demo"],
        cwd=ROOT,
        env=os.environ | {"PORTICO_LOCAL": str(directory)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_is_reported_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        demo = start_demo(tmp_path, PORTICO_PORT=str(port))

    assert demo.returncode == 1
    assert f"Port {port} is taken by another program" in demo.stderr
    assert f"PORTICO_PORT={port + 1} make demo" in demo.stderr


def test_a_second_launcher_of_the_same_folder_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        demo = start_demo(tmp_path)

    assert demo.returncode == 1
    assert "runs from this folder already" in demo.stderr
