"""Sees to it that the tests of the AsyncAPI documents find the parser that checks them: the AsyncAPI project's own."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.environment import ROOT
from deploy.local import npm
from deploy.local.processes import CouldNotStart

FOLDER = ROOT / "tests" / "contracts" / "asyncapi_parser"


def errors_in(files: Sequence[Path]) -> dict[str, list[str]]:
    """What is wrong with each AsyncAPI document, by the file's name. Needs no network."""
    command = [*npm.program("node"), str(FOLDER / "validate.js"), *map(str, files)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    found: dict[str, list[str]] = json.loads(ran.stdout)
    return {Path(file).name: errors for file, errors in found.items()}


def installed() -> bool:
    return npm.installed(FOLDER)


if __name__ == "__main__":
    try:
        npm.install(FOLDER, "the parser of AsyncAPI documents")
    except CouldNotStart as problem:
        sys.exit(str(problem))
