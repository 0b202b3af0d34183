"""The portal's templates are formatted and linted as `make check` asks."""

import shlex
import subprocess
import sys
from pathlib import Path

from deploy.environment import ROOT

LINTER = "$(VENV)/djlint"


def asked_by_make() -> list[str]:
    """The arguments of the linter in the Makefile, from where they are read so that the two cannot differ."""
    lines = (ROOT / "Makefile").read_text().splitlines()
    (command,) = (line.strip() for line in lines if line.strip().startswith(LINTER))
    return shlex.split(command.removeprefix(LINTER))


def test_templates_are_formatted_and_linted() -> None:
    linter = Path(sys.executable).with_name("djlint")
    done = subprocess.run([linter, *asked_by_make()], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
