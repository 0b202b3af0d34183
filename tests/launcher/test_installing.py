"""The installation steps of `make`: a step that fails says why, and paths may contain spaces."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.environment import ROOT, portico_version
from deploy.local.venv import portico_command


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The part of a clone that the steps need, with nothing installed."""
    clone = tmp_path / "it's a clone"
    nothing_built = shutil.ignore_patterns("vendor", "node_modules", "__pycache__")
    for part in ("deploy", "services/portal/assets", "services/portal/templates", "tests/contracts/asyncapi_parser",
                 "tests/style"):  # fmt: skip
        shutil.copytree(ROOT / part, clone / part, ignore=nothing_built)
    shutil.copy(ROOT / "services/portal/__init__.py", clone / "services/portal")
    (clone / "some.lock").write_text("something==1\n")
    return clone


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder for PATH, with a `sudo` that runs every command."""
    folder = tmp_path / "bin"
    folder.mkdir()
    write_program(folder / "sudo", 'shift; exec "$@"')
    for name in ("env", "sh", "true"):
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


def write_program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def run(clone: Path, programs: Path, *module: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *module],
        cwd=clone,
        env={"PATH": str(programs), "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("program", "last_words", "module", "sentence"),
    [
        ("npm", "npm error code E404", ["deploy.local.front_end"], "npm could not install the portal's front-end"),
        ("npm", "npm error code E404", ["deploy.local.asyncapi_parser"], "npm could not install the parser"),
        ("npm", "npm error code E404", ["deploy.local.stylelint"], "npm could not install stylelint"),
        ("uv", "error: no such package", ["deploy.local.venv", "some.lock"], ".venv could not be made"),
        ("apt-get", "E: Unable to locate package", ["deploy.local.chromium"], "apt-get could not install chromium"),
    ],
)
def test_a_step_that_fails_says_its_reason_in_a_sentence(
    clone: Path, programs: Path, program: str, last_words: str, module: list[str], sentence: str
) -> None:
    write_program(programs / program, f"echo '{last_words}' >&2; exit 1")

    step = run(clone, programs, *module)

    assert step.returncode == 1
    said = step.stdout + step.stderr
    assert last_words in said
    assert sentence in said
    assert said.index(last_words) < said.index(sentence)
    assert "Traceback" not in said


def test_an_incomplete_virtual_environment_is_removed(clone: Path, programs: Path) -> None:
    (programs / "mkdir").symlink_to(str(shutil.which("mkdir")))
    write_program(programs / "uv", "mkdir -p .venv/bin; echo > .venv/bin/python; exit 1")

    step = run(clone, programs, "deploy.local.venv", "some.lock")

    assert step.returncode == 1
    assert not (clone / ".venv").exists()


def test_a_lock_that_cannot_be_installed_is_tried_again_next_time(clone: Path, programs: Path) -> None:
    write_program(programs / "uv", "case $1 in venv) ;; *) echo 'error: a hash differs' >&2; exit 1;; esac")

    for _ in range(2):
        step = run(clone, programs, "deploy.local.venv", "some.lock")

        assert step.returncode == 1
        assert "error: a hash differs" in step.stderr
        assert "some.lock could not be installed into .venv; the reason is above." in step.stderr


def test_the_portico_command_works_from_anywhere_in_a_folder_with_spaces(tmp_path: Path) -> None:
    clone = tmp_path / "it's a clone"
    clone.mkdir()
    (clone / ".venv").symlink_to(sys.prefix)
    for part in ("deploy", "shared", "services", "pyproject.toml"):
        (clone / part).symlink_to(ROOT / part)
    command = tmp_path / "portico"
    write_program(command, "")
    command.write_text(portico_command(clone / ".venv/bin/python", clone))

    said = subprocess.run([command, "version"], cwd="/", env=os.environ, capture_output=True, text=True, check=True)

    assert portico_version() in said.stdout
